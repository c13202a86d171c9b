import Daemon
import TestSupport
import Testing

@Suite struct TOMLParserTests {
    /// The value of the key `a` as a short text.
    private func value(_ text: String) throws -> String {
        try #require(try TOMLParser.parse(text)["a"].map(show))
    }

    private func show(_ value: TOMLValue) -> String {
        switch value {
        case .string(let text): "'\(text)'"
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .date(let text): "date \(text)"
        case .array(let array): "[" + array.values.map(show).joined(separator: ", ") + "]"
        case .table(let table):
            "{" + table.keys.map { "\($0): \(table[$0].map(show) ?? "")" }.joined(separator: ", ") + "}"
        }
    }

    @Test(arguments: [
        ("a = 'x\\n'", "'x\\n'"), (#"a = "\b\t\n\f\r\"\\\u00e9\U0001F600""#, "'\u{8}\t\n\u{c}\r\"\\é😀'"),
        ("a = \"\"\"\nx\r\ny\"\"\"", "'x\ny'"), ("a = '''\nx\\\n'y'''''", "'x\\\n'y'''"),
        ("a = \"\"\"x \\\n  \r\n\t y\"\"\"", "'x y'"), ("a = \"\"\"\"\"\"", "''"), ("a = ''", "''"),
        ("a = 0", "0"), ("a = -1_000", "-1000"), ("a = +7", "7"), ("a = 0xF_f", "255"), ("a = 0o17", "15"),
        ("a = 0b101", "5"), ("a = -9223372036854775808", "-9223372036854775808"), ("a = 1.5", "1.5"),
        ("a = 1e3", "1000.0"), ("a = -0.0", "-0.0"), ("a = 1_0.2_5E-1", "1.025"), ("a = inf", "inf"),
        ("a = -nan", "nan"),
        ("a = 1e400", "inf"), ("a = true # x", "true"), ("a = false", "false"),
        ("a = 1979-05-27", "date 1979-05-27"), ("a = 1979-05-27 07:32:00Z", "date 1979-05-27 07:32:00Z"),
        ("a = 07:32:00.5", "date 07:32:00.5"), ("a = 2024-02-29", "date 2024-02-29"),
        ("a = 1979-05-27t07:32:60.99-23:59", "date 1979-05-27t07:32:60.99-23:59"), ("a = []", "[]"),
        ("a = [1, # x\n 'b',\r\n]", "[1, 'b']"),
        ("a = [[1], {b.c = 1, b.d = 2}]", "[[1], {b: {c: 1, d: 2}}]"), ("a = {}", "{}"),
        ("a.\"b.c\" . d = 1\na.e = 2", "{b.c: {d: 1}, e: 2}"), ("[a.b]\nc = 1\n[a]\nd = 2", "{b: {c: 1}, d: 2}"),
        ("[[a]]\nb = 1\n[a.c]\nd = 2\n[[a]]\n", "[{b: 1, c: {d: 2}}, {}]"), ("\u{feff}a = 1\r\n", "1"),
        ("[a]\nb.c = 1\n[a.b.d]\ne = 2", "{b: {c: 1, d: {e: 2}}}"),
    ])
    func reads(text: String, expected: String) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        ("a", 1, 2), ("a =", 1, 4), ("= 1", 1, 1), ("a = 1 b", 1, 7), ("\n a = \"x", 2, 6), ("a = 'x\ny'", 1, 5),
        ("a = '''x\n", 1, 5), ("a = \"\\x\"", 1, 6), ("a = \"\\ud800\"", 1, 6), ("a = \"\\u12\"", 1, 6),
        ("a = \"\u{1}\"", 1, 6), ("a = 1 # \u{1}", 1, 9), ("a = 1\rb = 2", 1, 6), ("a = 01", 1, 5), ("a = 1__0", 1, 5),
        ("a = _1", 1, 5), ("a = 1_", 1, 5), ("a = 1.", 1, 5), ("a = .5", 1, 5), ("a = +0x1", 1, 5), ("a = 0x", 1, 5),
        ("a = 9223372036854775808", 1, 5), ("a = yes", 1, 5), ("a = [1 2]", 1, 8), ("a = [1", 1, 7),
        ("a = {b = 1,}", 1, 12),
        ("a = {b = 1\n}", 1, 11), ("a = 1\na = 2", 2, 1), ("a = 1\na.b = 2", 2, 1), ("a.b = 1\n[a]", 2, 1),
        ("[a]\n[a]", 2, 1), ("[a]\n[[a]]", 2, 1), ("a = []\n[[a]]", 2, 1), ("a = {}\n[a.b]", 2, 1),
        ("a = {}\na.b = 1", 2, 1),
        ("[a.b]\n[a]\nb.c = 1", 3, 1), ("[a", 1, 3), ("[[a]", 1, 5), ("[a] b", 1, 5), ("[[a] ]", 1, 5),
        ("a = \"\"\"x\"\"\"\"\"\"", 1, 14),
        ("\"\"\"a\"\"\" = 1", 1, 3),
    ])
    func refusesAndSaysWhere(text: String, line: Int, column: Int) {
        let error = #expect(throws: TOMLError.self) { try TOMLParser.parse(text) }
        #expect(error.map { [$0.line, $0.column] } == [line, column], "\(error?.reason ?? "")")
    }

    /// RFC 3339, section 5.6.
    @Test(arguments: [
        "2023-02-29", "1900-02-29", "2023-13-01", "2023-00-01", "2023-04-31", "2023-01-00", "2023-1-01", "2023-01-1",
        "24:00:00", "07:60:00", "07:32:61", "07:32", "07:32:00.", "07:32:00Z", "7:32:00", "2023-01-01T",
        "2023-01-01 07:32", "2023-01-01T07:32:00+24:00", "2023-01-01T07:32:00+0100", "2023-01-01T07:32:00+01",
        "2023-01-01x07:32:00", "2023-01-01T07:32:00ZZ",
    ])
    func datesThatAreNoneAreRefused(text: String) {
        #expect(throws: TOMLError.self) { try TOMLParser.parse("a = \(text)") }
    }

    @Test func linesOfKeysAndTablesAreKept() throws {
        let root = try TOMLParser.parse("\na = 1\n[b]\nc.d = [\n1]\n\n[[e]]\n[[e]]\nf = 2\n")
        #expect(root.line(of: "a") == 2)
        #expect(root.line(of: "b") == 3)
        guard case .table(let table)? = root["b"], case .array(let array)? = root["e"] else {
            Issue.record("no table")
            return
        }
        #expect(table.line(of: "c") == 4)
        let lines = array.values.map { value in if case .table(let table) = value { table.line } else { 0 } }
        #expect(lines == [7, 8])
    }

    @Test func nestingIsLimited() throws {
        func nested(_ depth: Int) -> String {
            "a = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try value(nested(32)).count == 64)
        for depth in [33, 1000, 200_000] {
            #expect(throws: TOMLError.self) { try TOMLParser.parse(nested(depth)) }
            #expect(throws: TOMLError.self) { try TOMLParser.parse(String(repeating: "{a=", count: depth)) }
            #expect(throws: TOMLError.self) { try TOMLParser.parse(String(repeating: "a.", count: depth) + "b = 1") }
            #expect(throws: TOMLError.self) { try TOMLParser.parse("[" + String(repeating: "a.", count: depth) + "b]") }
        }
    }
}
