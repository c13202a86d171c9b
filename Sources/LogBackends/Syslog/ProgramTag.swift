import CLinux
import Glibc
import LogRecords

/// What stands between time and message of a syslog record: ` name[pid]: `.
struct ProgramTag {
    /// RFC 5424 allows a program's name as much.
    private static let nameLimit = 48
    /// Far more than a process id needs.
    private static let processLimit = 32

    /// That of our own records, and of senders that name no program.
    private let own: [UInt8]

    init(identifier: String) {
        own = Array(" \(identifier)[\(getpid())]: ".utf8)
    }

    func append(for record: borrowing LogRecord, to output: inout [UInt8]) {
        guard case .bytes(let name)? = record.value(of: .appName), !name.isEmpty else {
            return output.append(own.span)
        }
        output.append(UInt8(ascii: " "))
        Self.append(name: record.bytes.span.extracting(name), to: &output)
        if case .bytes(let process)? = record.value(of: .procid), Self.isProcess(record.bytes.span.extracting(process))
        {
            output.append(UInt8(ascii: "["))
            output.append(record.bytes.span.extracting(process))
            output.append(UInt8(ascii: "]"))
        } else if case .integer(let process)? = record.value(of: .procid) {
            output.append(UInt8(ascii: "["))
            output.append(decimal: process)
            output.append(UInt8(ascii: "]"))
        }
        output.append(": ")
    }

    /// Appends a program's name; what would end the name before its time, or is not ASCII, becomes an underscore.
    private static func append(name: Span<UInt8>, to output: inout [UInt8]) {
        let limit = output.count + nameLimit
        for index in name.indices where name[index] & 0xC0 != 0x80 || index == 0 {
            guard output.count < limit else { return }
            output.append(endsName(name[index]) ? UInt8(ascii: "_") : name[index])
        }
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21..<0x7F: byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
        default: true
        }
    }

    /// Whether it can stand between brackets.
    private static func isProcess(_ text: Span<UInt8>) -> Bool {
        guard !text.isEmpty, text.count <= processLimit else { return false }
        for index in text.indices where endsName(text[index]) { return false }
        return true
    }
}
