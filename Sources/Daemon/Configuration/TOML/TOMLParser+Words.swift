extension TOMLParser {
    /// A value without quotes or brackets: a number, a boolean, a date or a time.
    mutating func readWord() throws(TOMLError) -> TOMLValue {
        let start = scanner.place
        var word = scanner.take(while: Self.isPartOfWord)
        guard !word.isEmpty else { throw scanner.error("expected a value") }
        if Self.isDateOrTime(word) {
            // A space may stand between date and time.
            if scanner.next == " ", scanner[3] == ":" {
                scanner.skip(" ")
                word += " " + scanner.take(while: Self.isPartOfWord)
            }
            guard TOMLDate.isValid(word) else { throw scanner.error("\(word) is not a valid date or time", at: start) }
            return .date(word)
        }
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: break
        }
        guard let number = TOMLNumber.value(of: word) else {
            throw scanner.error("\(word) is not a valid value: quote text; integers have 64 bits", at: start)
        }
        return number
    }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        TOMLScanner.isBareKey(scalar) || scalar == "+" || scalar == "." || scalar == ":"
    }

    /// Whether a word begins like `1979-05-27` or `07:32`.
    private static func isDateOrTime(_ word: String) -> Bool {
        let digits = word.prefix { $0.isASCII && $0.isNumber }.count
        let next = word.dropFirst(digits).first
        return digits == 4 && next == "-" || digits == 2 && next == ":"
    }
}
