import Foundation

/// A record of the JSON output, as text.
package struct MessageRecord: CustomStringConvertible {
    package struct Malformed: Error {
        let line: String
    }

    package let description: String
    private let object: [String: Any]

    /// - Throws: when the text is not a JSON object on one line.
    package init(_ line: some StringProtocol) throws {
        description = String(line)
        let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
        guard let object = value as? [String: Any] else { throw Malformed(line: description) }
        self.object = object
    }

    /// The value under a key, or under a path of keys: a string as it is, anything else as JSON; nil where there is none.
    package subscript(_ path: String...) -> String? {
        var value: Any? = object
        for key in path { value = (value as? [String: Any])?[key] }
        guard let value else { return nil }
        if let text = value as? String { return text }
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
        return (try? JSONSerialization.data(withJSONObject: value, options: options)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The values under some keys.
    package func values(_ keys: String...) -> [String?] { keys.map { self[$0] } }

    package var keys: Set<String> { Set(object.keys) }

    /// The sender's time, in seconds since 1970.
    package var timestamp: Double? {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return self["timestamp"].flatMap { try? Date($0, strategy: format) }?.timeIntervalSince1970
    }
}

extension DaemonProcess {
    /// The records of senders' messages in a log in JSON.
    ///
    /// - Throws: when any line of the file is not a whole record.
    package func messages() throws -> [MessageRecord] {
        let text = log
        guard text.hasSuffix("\n") || text.isEmpty else { throw MessageRecord.Malformed(line: "no end") }
        return try text.utf8.split(separator: UInt8(ascii: "\n")).map { try MessageRecord(Substring($0)) }
            .filter { $0["event"] == nil }
    }

    /// Waits until so many are there.
    ///
    /// - Returns: all there are then, or at the deadline.
    package func messages(awaiting count: Int) throws -> [MessageRecord] {
        _ = eventually { log.hasSuffix("\n") && log.utf8.count { $0 == UInt8(ascii: "\n") } > count }
        _ = try eventually { try messages().count >= count }
        return try messages()
    }
}
