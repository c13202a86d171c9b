/// Parses the numbers of TOML.
enum TOMLNumber {
    /// The integer or float; nil when the word is not a number, or an integer that does not fit in 64 bits.
    static func value(of word: String) -> TOMLValue? {
        switch word {
        case "inf", "+inf": return .float(.infinity)
        case "-inf": return .float(-.infinity)
        case "nan", "+nan", "-nan": return .float(.nan)
        default: break
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
            guard let digits = digits(word.dropFirst(2), radix: radix) else { return nil }
            return Int64(digits, radix: radix).map { .integer($0) }
        }
        let sign = word.hasPrefix("-") ? "-" : ""
        let rest = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]
        let parts = rest.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = digits(mantissa[0], radix: 10), whole == "0" || !whole.hasPrefix("0") else { return nil }
        if parts.count == 1 && mantissa.count == 1 {
            return Int64(sign + whole).map { .integer($0) }
        }
        var text = sign + whole
        if mantissa.count == 2 {
            guard let fraction = digits(mantissa[1], radix: 10) else { return nil }
            text += "." + fraction
        }
        if parts.count == 2 {
            let isSigned = parts[1].hasPrefix("-") || parts[1].hasPrefix("+")
            guard let exponent = digits(isSigned ? parts[1].dropFirst() : parts[1], radix: 10) else { return nil }
            text += "e" + (parts[1].hasPrefix("-") ? "-" : "") + exponent
        }
        return Double(text).map { .float($0) }
    }

    /// The digits without the underscores, which may stand between two digits; nil for any other character.
    private static func digits(_ text: Substring, radix: Int) -> String? {
        let groups = text.split(separator: "_", omittingEmptySubsequences: false)
        let areDigits = groups.allSatisfy { group in
            !group.isEmpty && group.allSatisfy { $0.isASCII && ($0.hexDigitValue ?? 99) < radix }
        }
        return areDigits ? groups.joined() : nil
    }
}
