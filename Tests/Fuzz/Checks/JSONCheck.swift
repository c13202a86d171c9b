/// Checks JSON text strictly by RFC 8259; independent of the fuzzed reader, and simpler.
struct JSONCheck {
    private let text: [UInt8]
    private var index = 0

    /// - Throws: unless the text is one JSON value in UTF-8. Where objects are ours, each name is in them once: those
    ///   at the top, and within `extra` and `structured_data`.
    static func check(_ text: [UInt8], isOurs: Bool = false) throws(FuzzFault) {
        try FuzzFault.expect(String(validating: text, as: UTF8.self) != nil, "JSON is not UTF-8: \(shown(text))")
        var check = JSONCheck(text)
        try check.value(depth: 0, isOurs: isOurs)
        try FuzzFault.expect(check.index == text.count, "JSON goes on at \(check.index): \(shown(text))")
    }

    static func shown(_ text: some Collection<UInt8>) -> String {
        String(decoding: text.prefix(2000), as: UTF8.self).debugDescription
    }

    private init(_ text: [UInt8]) {
        self.text = text
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private func fail() throws(FuzzFault) {
        throw FuzzFault("JSON is wrong at \(index): \(Self.shown(text))")
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard let next, next == character.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while let next, [0x20, 0x09, 0x0A, 0x0D].contains(next) { index += 1 }
    }

    private mutating func value(depth: Int, isOurs: Bool) throws(FuzzFault) {
        try FuzzFault.expect(depth < 200, "JSON is deeper than anything here allows")
        skipSpace()
        defer { skipSpace() }
        switch next.map({ Character(Unicode.Scalar($0)) }) {
        case "{": try object(depth: depth, isOurs: isOurs)
        case "[":
            index += 1
            skipSpace()
            if skip("]") { return }
            repeat { try value(depth: depth + 1, isOurs: false) } while skip(",")
            if !skip("]") { try fail() }
        case "\"": _ = try string()
        case "t": try word("true")
        case "f": try word("false")
        case "n": try word("null")
        default: try number()
        }
    }

    private mutating func object(depth: Int, isOurs: Bool) throws(FuzzFault) {
        index += 1
        skipSpace()
        if skip("}") { return }
        var names: Set<ArraySlice<UInt8>> = []
        repeat {
            skipSpace()
            let name = try string()
            if isOurs {
                try FuzzFault.expect(names.insert(name).inserted, "twice in one object: \(Self.shown(name))")
            }
            skipSpace()
            if !skip(":") { try fail() }
            let isOurs = isOurs && depth == 0 && ["extra", "structured_data"].contains { name.elementsEqual($0.utf8) }
            try value(depth: depth + 1, isOurs: isOurs)
        } while skip(",")
        if !skip("}") { try fail() }
    }

    /// - Returns: the text between the quotation marks, unchanged.
    private mutating func string() throws(FuzzFault) -> ArraySlice<UInt8> {
        if !skip("\"") { try fail() }
        let start = index
        while let next, next != UInt8(ascii: "\"") {
            if next < 0x20 { try fail() }
            index += 1
            guard next == UInt8(ascii: "\\") else { continue }
            guard let escaped = self.next else { break }
            index += 1
            if escaped == UInt8(ascii: "u") {
                let digits = text[index..<min(index + 4, text.count)]
                if digits.count < 4 || !digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) { try fail() }
                index += 4
            } else if !"\"\\/bfnrt".utf8.contains(escaped) {
                try fail()
            }
        }
        let content = text[start..<index]
        if !skip("\"") { try fail() }
        return content
    }

    private mutating func word(_ word: String) throws(FuzzFault) {
        if !text[index...].starts(with: word.utf8) { try fail() }
        index += word.utf8.count
    }

    private mutating func number() throws(FuzzFault) {
        _ = skip("-")
        if !skip("0") { try digits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            try digits()
        }
    }

    private mutating func digits() throws(FuzzFault) {
        let start = index
        while let next, (0x30...0x39).contains(next) { index += 1 }
        if index == start { try fail() }
    }
}
