import CLinux
import Glibc
import LogRecords

/// Writes the part between the time and the message of a syslog record: ` name[pid]: `.
struct SyslogTagWriter {
    /// The limit of APP-NAME in RFC 5424, section 6.
    private static let nameLimit = 48
    /// The longest process id that is kept.
    private static let processLimit = 32

    /// The tag of the daemon's own records, and of senders on this host that name no program.
    private let own: [UInt8]
    private var identifier: Identifier

    init(_ identifier: String, _ senders: SenderIdentifiers) {
        own = Array(" \(identifier)[\(getpid())]: ".utf8)
        self.identifier = Identifier(own: identifier, senders: senders)
    }

    /// What the tag is made of.
    var selection: FieldSelection { identifier.selection.union([.program, .key(.procid)]) }

    mutating func append(for record: borrowing LogRecord, to output: inout [UInt8]) {
        guard !identifier.isOwn(record) else { return output.append(own.span) }
        output.append(UInt8(ascii: " "))
        let start = output.count
        identifier.append(for: record, programLimit: Self.nameLimit, to: &output)
        Self.makeName(of: &output, from: start)
        // A process id without its program has no meaning.
        if record.program != nil { Self.appendProcess(of: record, to: &output) }
        output.append(": ")
    }

    private static func appendProcess(of record: borrowing LogRecord, to output: inout [UInt8]) {
        switch record.value(of: .procid) {
        case .bytes(let range)? where isProcess(record.bytes.span.extracting(range)):
            output.append(UInt8(ascii: "["))
            output.append(record.bytes.span.extracting(range))
            output.append(UInt8(ascii: "]"))
        case .integer(let process)?:
            output.append(UInt8(ascii: "["))
            output.append(decimal: process)
            output.append(UInt8(ascii: "]"))
        default: break
        }
    }

    /// Turns the output from `start` on into a name.
    ///
    /// Characters that would end the name, and those that are not ASCII, become underscores.
    private static func makeName(of output: inout [UInt8], from start: Int) {
        var end = start
        for index in start..<output.count where output[index] & 0xC0 != 0x80 {
            output[end] = endsName(output[index]) ? UInt8(ascii: "_") : output[index]
            end += 1
        }
        output.cut(to: end)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21..<0x7F: byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
        default: true
        }
    }

    /// Whether the text may stand between the brackets.
    private static func isProcess(_ text: Span<UInt8>) -> Bool {
        guard !text.isEmpty, text.count <= processLimit else { return false }
        for index in text.indices where endsName(text[index]) { return false }
        return true
    }
}
