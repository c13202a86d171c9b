/// Tells what members mean by their names: `JSONMeaning.names`, made ready to be asked.
struct JSONKeys: Sendable {
    struct Key: Sendable {
        fileprivate(set) var meaning: JSONMeaning?
        /// The place in `JSONMeaning.objects`, where an object of that name has members of meaning; -1 for none.
        fileprivate(set) var object: Int8 = -1
        /// The lower one is taken of two of the same meaning.
        fileprivate(set) var rank: Int8 = 0
    }

    private let keys: [Key]
    private let table: KeywordTable

    init() {
        var words: [StaticString] = []
        var keys: [Key] = []
        // Strings are made here only, at the start of the program.
        var places: [String: Int] = [:]
        func place(of name: StaticString) -> Int {
            if let known = places[name.description] { return known }
            places[name.description] = words.count
            words.append(name)
            keys.append(Key())
            return words.count - 1
        }
        for (meaning, names) in JSONMeaning.names {
            for (rank, name) in names.enumerated() {
                let place = place(of: name)
                keys[place].meaning = meaning
                keys[place].rank = Int8(truncatingIfNeeded: rank)
            }
        }
        for (object, name) in JSONMeaning.objects.enumerated() {
            let place = place(of: name)
            keys[place].object = Int8(truncatingIfNeeded: object)
        }
        table = KeywordTable(words)
        self.keys = keys
    }

    func key(_ name: Span<UInt8>) -> Key? {
        table.index(of: name).map { keys[$0] }
    }
}
