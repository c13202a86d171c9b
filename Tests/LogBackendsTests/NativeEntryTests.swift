import Foundation
import TestSupport
import Testing

@testable import LogBackends

/// Reading entries in the native form.
@Suite struct NativeEntryTests {
    private func read(_ entry: [UInt8]) -> [NativeField] {
        var fields: [NativeField] = []
        NativeEntry.forEachField(in: entry.span) { name, value in
            fields.append(NativeField(name: String(decoding: entry[name], as: UTF8.self), value: Array(entry[value])))
        }
        return fields
    }

    /// Fields whose values are any bytes, many of them line feeds.
    private func fields(_ generator: inout SeededGenerator) -> [NativeField] {
        (0..<Int.random(in: 1...20, using: &generator)).map { index in
            let length = Int.random(in: 0...40, using: &generator)
            let value = (0..<length).map { _ in
                Bool.random(using: &generator) ? UInt8.random(in: 0...255, using: &generator) : UInt8(ascii: "x")
            }
            return NativeField(name: "NAME_\(index)", value: value)
        }
    }

    private func entry(_ fields: [NativeField]) -> [UInt8] {
        var entry: [UInt8] = []
        for field in fields {
            entry.appendField(Array("\(field.name)=".utf8).span, field.value.span)
        }
        return entry
    }

    @Test func fieldsAreReadAsTheyWereWritten() {
        var generator = SeededGenerator(seed: 253)
        for _ in 0..<200 {
            let fields = fields(&generator)
            let entry = entry(fields)
            #expect(read(entry) == fields)
            #expect(NativeField.read(entry) == fields)
        }
    }

    @Test func bothWaysToEndAFieldAreTheSame() {
        for value in ["", "a", "\n", "a\nb", "eight by", "eight by\n", "\neight bytes", "nine byte\nagain"] {
            var known: [UInt8] = []
            known.appendField(Array("N=".utf8).span, Array(value.utf8).span)
            var written: [UInt8] = []
            let start = written.beginField("N=")
            written += Array(value.utf8)
            written.endField(start)
            #expect(known == written)
        }
    }

    @Test func aPartOfAnEntryIsReadUpToItsLastWholeField() {
        var generator = SeededGenerator(seed: 254)
        let fields = fields(&generator)
        let entry = entry(fields)
        for end in 0..<entry.count {
            let found = read(Array(entry[..<end]))
            #expect(found == Array(fields.prefix(found.count)) && found.count < fields.count)
        }
    }

    @Test func anyBytesAreRead() {
        var generator = SeededGenerator(seed: 255)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                [0, 10, 61, 255, UInt8.random(in: 0...255, using: &generator)].randomElement(using: &generator) ?? 0
            }
            for field in read(bytes) { #expect(field.value.count < bytes.count) }
        }
    }
}
