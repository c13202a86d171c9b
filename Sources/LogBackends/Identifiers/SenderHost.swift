import Glibc
import LogRecords

/// Writes the host that a record comes from: the name in its sender's certificate where the listener takes that, else the
/// name that the sender claims, else the sender's address.
///
/// It is this host for the daemon's own records, and for senders on this host that claim none. A sender on another host
/// that claims the name of this one gets its address, so that it cannot pass for a program of this host.
struct SenderHost {
    /// As in RFC 5424, section 6.
    private static let limit = 255

    private let own: [UInt8]

    /// - Parameter own: the name of this host.
    init(own: String) {
        self.own = Array(own.utf8)
    }

    /// The name of this host; see gethostname(2).
    static var current: String {
        // HOST_NAME_MAX and a NUL.
        var name = [CChar](repeating: 0, count: 65)
        guard gethostname(&name, name.count - 1) == 0, name[0] != 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Appends the host, as one word of 1 to 255 bytes.
    func append(for record: borrowing LogRecord, to output: inout [UInt8]) {
        let start = output.count
        let isLocal = record.event != nil || record.origin?.isLocal ?? true
        if !isLocal, let verified = record.verifiedHost {
            output.append(utf8: verified)
            output.cut(to: start + Self.limit)
            return IdentifierText.makeWord(of: &output, from: start, keepingSlashes: true)
        }
        if record.event == nil, let host = record.host {
            appendClaimed(host, of: record, to: &output)
            if isLocal || !isOwn(output.span.extracting(start...)) { return }
            output.cut(to: start)
        }
        if isLocal {
            output.append(own.span)
        } else {
            output.append(utf8: record.peerAddress ?? "unknown")
        }
    }

    private func appendClaimed(
        _ host: LogRecord.Field.Value,
        of record: borrowing LogRecord,
        to output: inout [UInt8]
    ) {
        switch host {
        case .integer(let integer): output.append(decimal: integer)
        case .bytes(let range), .json(let range):
            let text = record.bytes.span.extracting(range)
            IdentifierText.append(text, keepingSlashes: true, limit: Self.limit, to: &output)
        }
    }

    /// Whether a name is that of this host; capital letters are the same as small ones.
    private func isOwn(_ name: Span<UInt8>) -> Bool {
        guard name.count == own.count else { return false }
        for index in name.indices where Self.lowercase(name[index]) != Self.lowercase(own[index]) { return false }
        return true
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
