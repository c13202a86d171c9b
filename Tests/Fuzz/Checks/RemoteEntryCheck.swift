import LogRecords

@testable import LogBackends

/// The promises for the entry of a record for systemd-journal-remote, which ignores one without valid times, and says that
/// it has stored it.
enum RemoteEntryCheck {
    private static let backend = JournalRemoteBackend(
        identifier: "sockserved",
        facility: .daemon,
        fieldPrefix: "SOCKSERVED_"
    )
    /// Times are below it, in microseconds (VALID_REALTIME of systemd).
    private static let timeLimit: UInt64 = 1 << 55

    private struct Field: Equatable {
        let name: String
        let value: [UInt8]
    }

    /// - Parameters:
    ///   - record: what a parser made.
    ///   - journal: its entry for journald.
    /// - Throws: what does not hold.
    static func check(_ record: borrowing LogRecord, journal: [UInt8]) throws(FuzzFault) {
        var encoder = backend.makeEncoder()
        var entry: [UInt8] = []
        encoder.encode(record, into: &entry)
        try FuzzFault.expect(entry.removeLast() == UInt8(ascii: "\n"), "no empty line ends the entry")
        let all = fields(of: entry)
        let own = all.prefix { $0.name.hasPrefix("_") }
        var names = ["__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "_BOOT_ID", "_HOSTNAME"]
        if own.count > names.count { names.append("_SOURCE_REALTIME_TIMESTAMP") }
        try FuzzFault.expect(own.map(\.name) == names, "an entry begins with \(own.map(\.name))")
        for field in own where field.name.hasSuffix("_TIMESTAMP") {
            let time = UInt64(String(decoding: field.value, as: UTF8.self)) ?? 0
            try FuzzFault.expect((1..<timeLimit).contains(time), "\(field.name) is \(field.value)")
        }
        for field in own where field.name == "_HOSTNAME" {
            let isWord = field.value.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            try FuzzFault.expect((1...255).contains(field.value.count) && isWord, "the host is \(field.value)")
        }
        // The host is in its own field, and not in the identifier.
        let rest = all.dropFirst(own.count).filter { $0.name != "SYSLOG_IDENTIFIER" }
        let same = fields(of: journal).filter { $0.name != "SYSLOG_IDENTIFIER" }
        try FuzzFault.expect(rest == same, "the journal has other fields")
    }

    private static func fields(of entry: [UInt8]) -> [Field] {
        var fields: [Field] = []
        NativeEntry.forEachField(in: entry.span) { name, value in
            fields.append(Field(name: String(decoding: entry[name], as: UTF8.self), value: Array(entry[value])))
        }
        return fields
    }
}
