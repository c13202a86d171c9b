import Testing

@testable import LogBackends

/// A field of an entry in the native form, read by other code than the daemon's.
struct NativeField: Hashable {
    let name: String
    var value: [UInt8]

    /// The fields of one entry as the daemon writes it; fails the test when a part of it is no field.
    static func read(_ entry: [UInt8]) -> [NativeField] {
        var rest = entry[...]
        var fields: [NativeField] = []
        while let field = next(&rest, isOurs: true) { fields.append(field) }
        #expect(rest.isEmpty)
        return fields
    }

    /// The entries of the Journal Export Format, with an empty line after each.
    static func readEntries(_ text: [UInt8]) -> [[NativeField]] {
        var rest = text[...]
        var entries: [[NativeField]] = [[]]
        while !rest.isEmpty {
            if rest.first == UInt8(ascii: "\n") {
                rest = rest.dropFirst()
                entries.append([])
            } else if let field = next(&rest, isOurs: false) {
                entries[entries.count - 1].append(field)
            } else {
                break
            }
        }
        #expect(rest.isEmpty && entries.last == [])
        return entries.dropLast()
    }

    private static func next(_ rest: inout ArraySlice<UInt8>, isOurs: Bool) -> NativeField? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        if let equals = rest[..<end].firstIndex(of: UInt8(ascii: "=")) {
            defer { rest = rest[(end + 1)...] }
            return NativeField(name: text(rest[..<equals]), value: Array(rest[(equals + 1)..<end]))
        }
        let name = text(rest[..<end])
        let length = rest[(end + 1)...].prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let value = rest[(end + 1)...].dropFirst(8).prefix(length)
        if isOurs { #expect(value.contains(UInt8(ascii: "\n")), "\(name) needs no length") }
        rest = rest[value.endIndex...]
        #expect(rest.first == UInt8(ascii: "\n"), "\(name) has no end")
        rest = rest.dropFirst()
        return NativeField(name: name, value: Array(value))
    }

    /// One scalar for each byte, so that nothing is lost.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
