/// Tells what members mean by their names: `JSONMeaning.names`, made ready to be asked.
struct JSONKeys: Sendable {
    struct Key: Sendable {
        fileprivate(set) var meaning: JSONMeaning?
        /// The place in `JSONMeaning.objects`, where an object of that name has members of meaning; -1 for none.
        fileprivate(set) var object: Int8 = -1
        /// The lower one is taken of two of the same meaning.
        fileprivate(set) var rank: Int8 = 0
    }

    /// As many as there are words in the table, in the same order.
    private let keys: [Key]
    private let table: KeywordTable

    init() {
        var known: [String: Key] = [:]
        for (meaning, names) in JSONMeaning.names {
            for (rank, name) in names.enumerated() {
                known[name.description, default: Key()].meaning = meaning
                known[name.description, default: Key()].rank = Int8(truncatingIfNeeded: rank)
            }
        }
        for (object, name) in JSONMeaning.objects.enumerated() {
            known[name.description, default: Key()].object = Int8(truncatingIfNeeded: object)
        }
        var words: [(group: Int, text: String)] = []
        var keys: [Key] = []
        for (name, key) in known {
            words.append((-1, name))
            keys.append(key)
            // The same within the objects that the name leads through.
            for (object, path) in JSONMeaning.objects.enumerated() where name.hasPrefix(path.description + ".") {
                words.append((object, String(name.dropFirst(path.description.count + 1))))
                keys.append(key)
            }
        }
        table = KeywordTable(words)
        self.keys = keys
    }

    /// - Parameter object: the place in `JSONMeaning.objects` of the object that the member is in; -1 at the top.
    func key(_ name: Span<UInt8>, in object: Int8) -> Key? {
        table.index(of: name, in: Int(object)).map { keys[$0] }
    }
}
