/// Finds the role of a member by its name: `FieldRole.names` in a form for fast lookups.
struct FieldRoleTable: Sendable {
    struct Key: Sendable {
        fileprivate(set) var role: FieldRole?
        /// The place in `FieldRole.objects`, where an object of that name has members of meaning; -1 for none.
        fileprivate(set) var object: Int8 = -1
        /// The lower one is taken of two of the same meaning.
        fileprivate(set) var rank: Int8 = 0
    }

    static let shared = FieldRoleTable()

    /// Added to the groups of names that are compared without case and separators.
    private static let plainGroups = 256
    /// The longest name that is compared so, in bytes.
    private static let maxPlainBytes = 40

    /// For each first letter of names that are compared so, a bit for each last letter: this excludes most other names.
    private let ends: [UInt32]
    /// The keys of the table's words, in the same order.
    private let keys: [Key]
    private let table: KeywordTable

    init() {
        let known = Self.known()
        let exact = Set(FieldRole.exactNames.map(\.description))
        var groups: [[String: Key]] = []
        var plain: [[String: Key]] = []
        for object in -1..<FieldRole.objects.count {
            let path = object < 0 ? "" : FieldRole.objects[object].description + "."
            groups.append([:])
            plain.append([:])
            for (name, key) in known where name.hasPrefix(path) {
                let word = String(name.dropFirst(path.count))
                groups[object + 1][word] = key
                let bare = Self.plain(word)
                // The first of the table's is meant.
                if !exact.contains(name), bare.utf8.count >= 3, plain[object + 1][bare] == nil {
                    plain[object + 1][bare] = key
                }
            }
            // Names in the two usual spellings are found at once.
            groups[object + 1].merge(plain[object + 1]) { written, _ in written }
            for (name, key) in known where name.hasPrefix(path) && !exact.contains(name) {
                let word = Self.underscored(String(name.dropFirst(path.count)))
                if groups[object + 1][word] == nil { groups[object + 1][word] = key }
            }
        }
        var words: [(group: Int, text: String)] = []
        var keys: [Key] = []
        for object in groups.indices {
            for (name, key) in groups[object] {
                words.append((object - 1, name))
                keys.append(key)
            }
            for (name, key) in plain[object] {
                words.append((object - 1 + Self.plainGroups, name))
                keys.append(key)
            }
        }
        var ends = [UInt32](repeating: 0, count: 26)
        for name in plain.joined().map(\.key) {
            guard let first = Self.letter(name.utf8.first), let last = Self.letter(name.utf8.last) else { continue }
            ends[first] |= 1 << UInt32(last)
        }
        table = KeywordTable(words)
        self.keys = keys
        self.ends = ends
    }

    /// The names of both tables, in their order.
    private static func known() -> [(name: String, key: Key)] {
        var known: [(name: String, key: Key)] = []
        func place(_ name: String) -> Int {
            if let found = known.firstIndex(where: { $0.name == name }) { return found }
            known.append((name, Key()))
            return known.count - 1
        }
        for (role, names) in FieldRole.names {
            for (rank, name) in names.enumerated() {
                let index = place(name.description)
                known[index].key.role = role
                known[index].key.rank = Int8(truncatingIfNeeded: rank)
            }
        }
        for (object, name) in FieldRole.objects.enumerated() {
            known[place(name.description)].key.object = Int8(truncatingIfNeeded: object)
        }
        return known
    }

    /// Finds the role of a member by its name.
    ///
    /// - Parameters:
    ///   - name: the member's name.
    ///   - object: the place in `FieldRole.objects` of the object that the member is in; -1 at the top.
    /// - Returns: nil where the name has no role there.
    @inline(__always)
    func key(_ name: Span<UInt8>, in object: Int8) -> Key? {
        if let index = table.index(of: name, in: Int(object)) { return keys[index] }
        // Names in small letters alone have been asked for as they are.
        return Self.isPlain(name) ? nil : plainKey(name, in: object)
    }

    /// Whether the first and last eight bytes are small letters or what stands near them in ASCII.
    @inline(__always)
    private static func isPlain(_ name: Span<UInt8>) -> Bool {
        guard name.count >= 8, name.count <= 16 else { return false }
        let mask: UInt64 = 0x6060_6060_6060_6060
        // Eight bytes are there from both places on; any are a UInt64.
        let head = name.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt64.self)
        let tail = name.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: name.count &- 8, as: UInt64.self)
        return head & tail & mask == mask && name[name.count &- 1] != UInt8(ascii: "_")
    }

    /// The same without case and separators.
    @inline(never)
    private func plainKey(_ name: Span<UInt8>, in object: Int8) -> Key? {
        guard (3...Self.maxPlainBytes).contains(name.count),
            let first = Self.letter(Self.isSeparator(name[0]) ? name[1] : name[0]),
            let last = Self.letter(name[name.count &- 1]), ends[first] >> UInt32(last) & 1 != 0
        else { return nil }
        var index = 0
        while index < name.count, name[index] &- UInt8(ascii: "a") < 26 { index &+= 1 }
        guard index < name.count else { return nil }
        var plain = InlineArray<40, UInt8>(repeating: 0)
        var count = 0
        for index in name.indices {
            let byte = name[index]
            guard !Self.isSeparator(byte) else { continue }
            plain[count] = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            count &+= 1
        }
        guard count >= 3 else { return nil }
        let group = Int(object) &+ Self.plainGroups
        return table.index(of: plain.span.extracting(..<count), in: group).map { keys[$0] }
    }

    /// The place of a letter in the alphabet, in any case.
    private static func letter(_ byte: UInt8?) -> Int? {
        guard let byte, (byte | 0x20) &- UInt8(ascii: "a") < 26 else { return nil }
        return Int((byte | 0x20) &- UInt8(ascii: "a"))
    }

    /// `threadName` as `thread_name`.
    private static func underscored(_ name: String) -> String {
        var result = ""
        for letter in name {
            if letter.isUppercase, let last = result.last, last.isLowercase { result += "_" }
            result += letter.lowercased()
        }
        return result
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "@")
    }

    private static func plain(_ name: String) -> String {
        String(decoding: name.lowercased().utf8.filter { !isSeparator($0) }, as: UTF8.self)
    }
}
