/// Suggests the known word closest to a misspelled one.
enum Suggestion {
    /// The longest word that is compared, in characters; no known word is nearly as long.
    private static let maxLength = 64

    /// The closest known word, at most two insertions, deletions or replacements away; nil when there is none.
    static func closest(to word: String, in known: [String]) -> String? {
        guard word.utf8.count <= maxLength else { return nil }
        let ranked = known.map { (word: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= 2 && best.distance < word.utf8.count ? best.word : nil
    }

    /// `did you mean log_level?` if a known word is close, else the list of all known words.
    static func advice(for word: String, in known: [String]) -> String {
        if let near = closest(to: word, in: known) { return "did you mean \(near)?" }
        return "known: " + known.joined(separator: ", ")
    }

    /// The Levenshtein distance, row by row.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (line, byte) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
