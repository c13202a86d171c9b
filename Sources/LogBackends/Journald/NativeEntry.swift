import CLinux
import Glibc
import Linux
import LogRecords
import Systemd

/// Reads an entry in the native form.
enum NativeEntry {
    /// Calls `body` with the name and the value of each field, in order, up to the first that is not whole.
    static func forEachField(in entry: Span<UInt8>, _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        var index = 0
        while index < entry.count {
            let start = index
            while index < entry.count, entry[index] != UInt8(ascii: "="), entry[index] != UInt8(ascii: "\n") {
                index += 1
            }
            let name = start..<index
            guard index < entry.count, let value = value(after: index, in: entry) else { return }
            body(name, value)
            index = value.upperBound + 1
        }
    }

    private static func value(after separator: Int, in entry: Span<UInt8>) -> Range<Int>? {
        if entry[separator] == UInt8(ascii: "=") {
            let end = ByteScan.firstIndex(in: entry, from: separator + 1) {
                ByteScan.marks(of: UInt8(ascii: "\n"), in: $0)
            }
            return end < entry.count ? separator + 1..<end : nil
        }
        let start = separator + 1 + MemoryLayout<UInt64>.size
        guard start < entry.count else { return nil }
        let length = entry.bytes.unsafeLoadUnaligned(fromByteOffset: separator + 1, as: UInt64.self)
        guard let length = Int(exactly: UInt64(littleEndian: length)), length < entry.count - start else { return nil }
        return start..<start + length
    }

    /// Sends an entry by sd_journal_sendv(3).
    ///
    /// - Returns: nil on success; also where there is no journald, so the caller must look.
    static func sendByLibrary(_ entry: Span<UInt8>) -> Errno? {
        var text: [UInt8] = []
        var ends: [Int] = []
        forEachField(in: entry) { name, value in
            text.append(entry.extracting(name))
            text.append(UInt8(ascii: "="))
            text.append(entry.extracting(value))
            ends.append(text.count)
        }
        // The pointers do not leave the call; sendv does not write through them.
        return text.withUnsafeMutableBytes { buffer in
            var start = 0
            let fields = ends.map { end in
                defer { start = end }
                return iovec(iov_base: buffer.baseAddress.map { $0 + start }, iov_len: end - start)
            }
            return fields.withUnsafeBufferPointer { Journal.send($0) }
        }
    }
}
