package import CLinux
import CSystemd
import Glibc
public import Linux

/// Structured entries for journald; see sd_journal_sendv(3) and systemd.journal-fields(7).
public enum Journal {
    /// The socket on which journald receives entries.
    public static let socketPath = "/run/systemd/journal/socket"

    /// Connects to `socketPath` and closes the connection.
    ///
    /// - Throws: the error of connect(2) when journald does not receive there.
    public static func probe() throws(Errno) {
        close(try UnixSocketAddress(path: socketPath).connectedSocket(type: SOCK_DGRAM))
    }

    /// Sends one entry.
    ///
    /// Waits while journald's queue is full.
    ///
    /// - Parameter fields: names and values; values may be any bytes.
    /// - Throws: `EINVAL` for a name that journald would drop silently; it accepts at most 64 upper-case letters, digits
    ///   and underscores, a letter first. `ENOENT` when there is no journal.
    public static func send(_ fields: [(name: String, value: [UInt8])]) throws(Errno) {
        guard !fields.isEmpty, fields.allSatisfy({ isFieldName($0.name) }) else { throw Errno(EINVAL) }
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for field in fields {
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: field.value)
            ends.append(bytes.count)
        }
        let before = try FileVersion(path: socketPath)
        // The pointers do not leave the call; sendv does not write through them.
        let failure: Errno? = bytes.withUnsafeMutableBytes { buffer in
            var start = 0
            let vectors = ends.map { end in
                defer { start = end }
                return iovec(iov_base: buffer.baseAddress.map { $0 + start }, iov_len: end - start)
            }
            return vectors.withUnsafeBufferPointer { send($0) }
        }
        if let failure { throw failure }
        guard try FileVersion(path: socketPath) == before else { throw Errno(ENOENT) }
    }

    /// Sends one entry of `NAME=value` fields; nil on success.
    ///
    /// libsystemd reports success when the socket is missing, so the caller must compare the socket at `socketPath` before
    /// and after. Waits while journald's queue is full; an entry too large for a datagram is passed as a file.
    package static func send(_ fields: UnsafeBufferPointer<iovec>) -> Errno? {
        guard let count = Int32(exactly: fields.count) else { return Errno(E2BIG) }
        while true {
            let result = sd_journal_sendv(fields.baseAddress, count)
            if result >= 0 { return nil }
            if result != -EINTR { return Errno(-result) }
        }
    }

    /// Whether journald accepts a field with that name from a client.
    public static func isFieldName(_ name: String) -> Bool {
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = name.utf8.first, letters.contains(first), name.utf8.count <= 64 else { return false }
        return name.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }
    }
}
