/// A line of a log in the standard format: `2023-09-04 12:00:00,123:INFO:Connection closed`.
package struct LogLine: Equatable, Sendable {
    package struct Malformed: Error {
        let line: String
    }

    package let time: String
    package let level: String
    package let message: String

    private static let levels: Set = ["DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"]

    /// - Throws: when it is not a whole line of that format.
    package init(_ line: some StringProtocol) throws {
        let bytes = Array(line.utf8)
        let pattern = Array("0000-00-00 00:00:00,000:".utf8)
        let zero = UInt8(ascii: "0")
        let fits =
            bytes.count > pattern.count
            && zip(bytes, pattern).allSatisfy { $1 == zero ? (zero...zero + 9).contains($0) : $0 == $1 }
        let rest = bytes.dropFirst(pattern.count)
        guard fits, let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { throw Malformed(line: String(line)) }
        time = String(decoding: bytes[..<(pattern.count - 1)], as: UTF8.self)
        level = String(decoding: rest[..<colon], as: UTF8.self)
        message = String(decoding: rest[(colon + 1)...], as: UTF8.self)
        guard Self.levels.contains(level) else { throw Malformed(line: String(line)) }
    }

    /// All lines of a text, each of which must have an end.
    package static func parse(_ text: String) throws -> [LogLine] {
        guard text.utf8.last == UInt8(ascii: "\n") || text.isEmpty else {
            throw Malformed(line: "the last line has no end")
        }
        // By bytes: a carriage return does not end a line.
        return try text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            .map { try LogLine(Substring($0)) }
    }

    /// Whether it is about the daemon rather than a client.
    package var isOfDaemon: Bool {
        ["sockserved ", "Listener ", "Stopping", "Configuration ", "Log backend "].contains { message.hasPrefix($0) }
    }
}
