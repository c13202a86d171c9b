import LogRecords

/// The names of fields that a sender does not choose.
struct JournalFieldNames {
    /// The prefix of the program's own fields, such as `APP_`.
    let prefix: [UInt8]
    /// The names of all known keys by raw value, each with an equals sign, and the start of each.
    private(set) var text: [UInt8] = []
    private var starts = [0]
    /// The fields of systemd.journal-fields(7) that a program may set, and the known keys without the prefix.
    private let words: Words
    private let prefixes: Words

    init(prefix: String) {
        self.prefix = Array(prefix.utf8)
        let names = FieldKey.allCases.map { $0.journal(prefix: prefix) }
        // Raw values count from 0 in the order of the cases.
        for name in names {
            text.append(utf8: name)
            text.append(UInt8(ascii: "="))
            starts.append(text.count)
        }
        words = Words(
            [
                "MESSAGE", "MESSAGE_ID", "PRIORITY", "ERRNO", "INVOCATION_ID", "USER_INVOCATION_ID", "DOCUMENTATION",
                "TID",
                "UNIT", "USER_UNIT",
            ] + names.filter { prefix.isEmpty || !$0.hasPrefix(prefix) }
        )
        prefixes = Words(["CODE_", "SYSLOG_", "OBJECT_", "COREDUMP_", prefix].filter { !$0.isEmpty })
    }

    /// Where a known key's name with the equals sign is in `text`.
    func range(of key: FieldKey) -> Range<Int> {
        let index = Int(key.rawValue)
        return starts[index]..<starts[index + 1]
    }

    /// Whether a sender may not use the name: it has a meaning for journald, its readers, or the program.
    func isReserved(_ name: Span<UInt8>) -> Bool {
        words.contain(name) || prefixes.containPrefix(of: name)
    }

    /// A list of words in one array, because iterating over an array of arrays counts references.
    private struct Words {
        private var bytes: [UInt8] = []
        private var ranges: [Range<Int>] = []

        init(_ words: [String]) {
            for word in words {
                let start = bytes.count
                bytes.append(utf8: word)
                ranges.append(start..<bytes.count)
            }
        }

        func contain(_ name: Span<UInt8>) -> Bool {
            for word in ranges where word.count == name.count && isPrefix(word, of: name) { return true }
            return false
        }

        func containPrefix(of name: Span<UInt8>) -> Bool {
            for word in ranges where word.count <= name.count && isPrefix(word, of: name) { return true }
            return false
        }

        /// - Precondition: the name is at least as long as the word.
        private func isPrefix(_ word: Range<Int>, of name: Span<UInt8>) -> Bool {
            var offset = 0
            while offset < word.count, bytes[word.lowerBound + offset] == name[offset] { offset += 1 }
            return offset == word.count
        }
    }
}
