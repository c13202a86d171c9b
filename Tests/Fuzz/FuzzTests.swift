import Foundation
import Testing

/// The fuzzers' checks without libFuzzer, on the seeds and on earlier findings.
@Suite struct FuzzTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    private func inputs(_ kind: String, _ target: FuzzTarget) -> [URL] {
        let folder = Self.folder.appending(path: "\(kind)/\(target.rawValue)")
        return (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    }

    private func check(_ inputs: [URL], _ target: FuzzTarget) throws {
        for input in inputs {
            let data = Array(try Data(contentsOf: input))
            #expect(throws: Never.self, "\(input.lastPathComponent)") { try target.check(data) }
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func whatTheFuzzersStartWithHolds(_ target: FuzzTarget) throws {
        let seeds = inputs("seeds", target)
        #expect(!seeds.isEmpty)
        try check(seeds, target)
    }

    @Test(arguments: FuzzTarget.allCases)
    func whatTheFuzzersFoundStaysMended(_ target: FuzzTarget) throws {
        try check(inputs("findings", target), target)
    }

    /// A little of what the fuzzers do: other bytes, and fewer.
    @Test(arguments: [FuzzTarget.syslog, .python, .json, .gelf])
    func whatIsNearTheSeedsHolds(_ target: FuzzTarget) throws {
        for seed in inputs("seeds", target) {
            let data = Array(try Data(contentsOf: seed))
            guard !data.isEmpty else { continue }
            for round in 0..<8 {
                let place = (round * 7919 + data.count / 3) % data.count
                var other = data
                other[place] ^= 1 << UInt8(round)
                #expect(throws: Never.self, "\(seed.lastPathComponent), \(place)") { try target.check(other) }
                let part = Array(data[..<place])
                #expect(throws: Never.self, "\(seed.lastPathComponent), up to \(place)") { try target.check(part) }
            }
        }
    }

    /// With every encoder, as the fuzzers do with one at a time.
    @Test(
        arguments: [
            (FuzzTarget.syslog, MessageCheck.syslog), (.python, MessageCheck.python), (.json, MessageCheck.json),
            (.gelf, MessageCheck.gelf),
        ] as [(FuzzTarget, MessageCheck)]
    )
    func whatIsNotSelectedMakesNoDifference(_ target: FuzzTarget, _ check: MessageCheck) throws {
        let parse = check.make()
        for seed in inputs("seeds", target) {
            let data = Array(try Data(contentsOf: seed))
            for number in 0..<SelectionCheck.count {
                let encoder = SelectionCheck.encoder(number)
                #expect(throws: Never.self, "\(seed.lastPathComponent)") {
                    try SelectionCheck.check(encoder, data, parse)
                }
            }
        }
    }

    /// Each target is fuzzed: the script has the same list.
    @Test func theScriptKnowsTheTargets() throws {
        let script = try String(contentsOf: Self.folder.appending(path: "run"), encoding: .utf8)
        let line = try #require(script.split(separator: "\n").first { $0.hasPrefix("known=(") })
        let names = line.dropFirst("known=(".count).dropLast().split(separator: " ").map(String.init)
        #expect(names == FuzzTarget.allCases.map(\.rawValue))
    }

    // MARK: the checks find faults

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "1e", "+1", "tru", "\"a",
        "\"\\x\"", "\"\\u12g4\"", "\"\u{1}\"", "1 2", "nul", "'a'", "[1 2]", "NaN",
    ])
    func jsonThatIsWrongIsSeen(_ text: String) {
        #expect(throws: FuzzFault.self) { try JSONCheck.check(Array(text.utf8)) }
    }

    @Test(arguments: [
        "{}", "[]", " [ 1 , -0.5e+3 , \"\\u00e4\\n\u{e4}\" , true , null , { \"a\" : { } } ] ", "0", "\"\"",
        "{\"a\":1,\"a\":2}",
    ])
    func jsonThatIsRightIsTaken(_ text: String) {
        #expect(throws: Never.self) { try JSONCheck.check(Array(text.utf8)) }
    }

    @Test func namesThatAreTwiceInOursAreSeen() {
        for text in ["{\"a\":1,\"a\":2}", "{\"extra\":{\"b\":1,\"b\":1}}"] {
            #expect(throws: FuzzFault.self) { try JSONCheck.check(Array(text.utf8), isOurs: true) }
        }
        let theirs = "{\"extra\":{\"b\":{\"c\":1,\"c\":1}}}"
        #expect(throws: Never.self) { try JSONCheck.check(Array(theirs.utf8), isOurs: true) }
    }
}
