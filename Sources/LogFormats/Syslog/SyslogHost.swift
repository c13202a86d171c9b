/// Recognizes hosts in headers of RFC 3164.
enum SyslogHost {
    /// Whether a word before a tag can be the host's name.
    ///
    /// Parentheses and commas may stand in it, but a comma does not end it, and an open parenthesis does not begin it.
    static func mayBeHost(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard word.count <= SyslogWord.maxBytes, word.upperBound <= text.count else { return false }
        var index = word.lowerBound
        // The upper bound has been asked for.
        while index < word.upperBound, isUsual(text[unchecked: index]) { index &+= 1 }
        return index == word.upperBound || mayBeHost(text, word, from: index)
    }

    /// Letters, digits and `-./`.
    @inline(__always)
    static func isUsual(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "-") <= UInt8(ascii: "9") &- UInt8(ascii: "-")
    }

    private static func mayBeHost(_ text: Span<UInt8>, _ word: Range<Int>, from start: Int) -> Bool {
        var isIrregular = false
        for index in start..<word.upperBound {
            let byte = text[index]
            let bits = byte < 64 ? usualBelow64 : byte < 128 ? usualFrom64 : .max
            if bits >> UInt64(byte & 63) & 1 != 0 { continue }
            guard byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: ",") else {
                return false
            }
            isIrregular = true
        }
        return !isIrregular || isNumbered(text, word)
    }

    /// A bit for each of `%-./:` and the digits, and for each of `@[]_` and the letters.
    private static let usualBelow64: UInt64 = 0x7ff_e020_0000_0000
    private static let usualFrom64: UInt64 = 0x7ff_fffe_afff_ffff

    /// Whether the part before the first parenthesis or comma is a name with a digit, a hyphen or a dot in it, as words
    /// of prose have not: `isi-1(id1)`, but neither `open(file)` nor `Hello,`.
    private static func isNumbered(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard text[word.upperBound &- 1] != UInt8(ascii: ","), ASCII.isLetterOrDigit(text[word.lowerBound]) else {
            return false
        }
        for index in word {
            switch text[index] {
            case UInt8(ascii: "("), UInt8(ascii: ","): return false
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"): return true
            default: continue
            }
        }
        return false
    }

    /// Whether a word before other text is a host's name or address.
    static func isHost(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard ASCII.isLetterOrDigit(text[word.lowerBound]) || text[word.lowerBound] == UInt8(ascii: ":") else {
            return false
        }
        var colons = 0
        var isHexadecimal = true
        for index in word {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "."): continue
            case UInt8(ascii: ":"): colons &+= 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"): isHexadecimal = false
            default:
                guard ASCII.isLetterOrDigit(byte) else { return false }
                if !isHexadecimalDigit(byte) { isHexadecimal = false }
            }
        }
        return colons == 0 || colons >= 2 && isHexadecimal
    }

    /// Whether a word is one that UniFi's devices put before the program: with two commas, or the MAC address and the
    /// model.
    static func isModel(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        var commas = 0
        var first = word.lowerBound
        for index in word where text[index] == UInt8(ascii: ",") {
            commas &+= 1
            if commas == 1 { first = index }
        }
        guard commas > 0, first > word.lowerBound else { return false }
        return commas >= 2 || isAddress(text, word.lowerBound..<first)
    }

    /// A MAC address: twelve hexadecimal digits, with or without colons.
    private static func isAddress(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        var digits = 0
        for index in word {
            if text[index] == UInt8(ascii: ":") { continue }
            guard isHexadecimalDigit(text[index]) else { return false }
            digits &+= 1
        }
        return digits == 12
    }

    static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }
}
