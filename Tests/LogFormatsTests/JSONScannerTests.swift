import LogFormats
import LogRecords
import TestSupport
import Testing

@Suite struct JSONScannerTests {
    /// The members, names and values, or why there are none.
    private func members(_ text: [UInt8]) -> Result<[JSONMember], JSONError> {
        var scanner = JSONScanner()
        var members: [JSONMember] = []
        do throws(JSONError) {
            while let member = try scanner.next(in: text.span) { members.append(member) }
            return .success(members)
        } catch {
            return .failure(error)
        }
    }

    private func isAccepted(_ text: String) -> Bool {
        if case .success = members(Array(text.utf8)) { true } else { false }
    }

    private func value(_ text: String) throws -> (JSONValue, [UInt8]) {
        let bytes = Array("{\"k\":\(text)}".utf8)
        return (try #require(try members(bytes).get().first).value, bytes)
    }

    /// The string that JSON text means, and whether nothing was replaced.
    private func decoded(_ bytes: [UInt8]) throws -> (String, Bool) {
        let text = Array("{\"k\":\"".utf8) + bytes + Array("\"}".utf8)
        guard case .string(let string) = try #require(try members(text).get().first).value else { return ("?", false) }
        var output: [UInt8] = []
        let isWhole = string.append(from: text.span, to: &output)
        return (try #require(String(validating: output, as: UTF8.self)), isWhole)
    }

    private func compact(_ text: [UInt8]) -> (String?, Bool) {
        var output: [UInt8] = []
        let isWhole = JSONValue.appendCompact(text.span, to: &output)
        return (String(validating: output, as: UTF8.self), isWhole)
    }

    @Test func membersAreGivenInTheirOrder() throws {
        let text = Array(#" { "a" : 1 , "b":"x\n", "ü":[ {"c":null} ], "d":{}, "e":true,"f":false,"g":null } "#.utf8)
        let found = try members(text).get()
        func written(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        #expect(found.map { written($0.name.range) } == ["a", "b", "ü", "d", "e", "f", "g"])
        #expect(found.map(\.name.isASCII) == [true, true, false, true, true, true, true])
        guard case .number(let number) = found[0].value, case .string(let string) = found[1].value,
            case .array(let array) = found[2].value, case .object(let object) = found[3].value
        else {
            Issue.record("\(found)")
            return
        }
        #expect(written(number) == "1")
        #expect(written(string.range) == #"x\n"#)
        #expect(string.hasEscapes)
        #expect(written(array) == #"[ {"c":null} ]"#)
        #expect(written(object) == "{}")
        #expect(found[4...].map(\.value) == [.true, .false, .null])
    }

    @Test func membersOfAnObjectWithinAreReadFromItsRange() throws {
        let text = Array(#"{"a":{"b":{"c":2}},"d":3}"#.utf8)
        guard case .object(let range)? = try members(text).get().first?.value else {
            Issue.record("no object")
            return
        }
        var scanner = JSONScanner(from: range.lowerBound)
        let within = text.span.extracting(..<range.upperBound)
        let member = try scanner.next(in: within)
        #expect(member?.name.range == 7..<8)
        #expect(member?.value == .object(10..<17))
        #expect(try scanner.next(in: within) == nil)
        #expect(try scanner.next(in: within) == nil)
    }

    /// The cases of JSONTestSuite that end in one object, in its words y_ and n_.
    @Test(arguments: [
        "{}", "{\"a\":\"b\"}", "{ }", "{\"\":0}", "{\"a\":[]}", "{\"a\":[[] ,{}]}", "{\"a\":-0}", "{\"a\":-0.0e-0}",
        "{\"a\":0e+1}", "{\"a\":1E400}", "{\"a\":123456789012345678901234567890}", "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\u{7f}\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\/\\\\\\\"\"}", "{\"a\":\"\u{2028}\"}",
        "\n{\"a\"\r:\t1 }\n",
        "{\"a\":1,\"a\":2}", "{\"a\":[1,2,3,null,true,false,\"\"]}", "{\"\\u0061\":0}",
    ])
    func isJSON(_ text: String) {
        #expect(isAccepted(text))
    }

    @Test(arguments: [
        "", " ", "[]", "\"a\"", "1", "null", "{", "}", "{]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
        "{,\"a\":1}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":'b'}", "{1:1}",
        "{\"a\":01}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":1.}", "{\"a\":.1}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":0x1}",
        "{\"a\":NaN}", "{\"a\":-Infinity}", "{\"a\":True}", "{\"a\":tru}", "{\"a\":nul", "{\"a\":truex}", "{\"a\":1a}",
        "{\"a\":\"\\x00\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\\"}", "{\"a\":\"\\",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\n\"}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":[1}", "{\"a\":[1}}",
        "{\"a\":{\"b\"]}}",
        "{\"a\":{\"b\":1,}}", "{\"a\":{]}", "{\"a\":[}]", "{}x", "{}{}", "{},", "{\"a\":1}/**/", "{\"a\":/**/1}",
        "\u{feff}{}",
        "{\"a\":1\u{a0}}", "{\u{0c}}", "{\"a\":[\"b\":1]}", "{\"a\":{1}}", "{\"a\":--1}", "{\"a\":1-}", "{\"a\":1..2}",
    ])
    func isNotJSON(_ text: String) {
        #expect(!isAccepted(text))
    }

    @Test func strayBytesInAStringAreAcceptedAndReported() throws {
        let (text, isWhole) = try decoded([0x61, 0xFF, 0x62])
        #expect(text == "a\\xffb")
        #expect(!isWhole)
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "{\"\":", count: depth) + "[]" + String(repeating: "}", count: depth)).utf8)
        }
        // The innermost array is one more.
        #expect(try members(nested(63)).get().count == 1)
        #expect(members(nested(64)) == .failure(.tooDeep(at: 64 * 4)))
        let wide = Array("{\"a\":[\(Array(repeating: "[]", count: 1000).joined(separator: ","))]}".utf8)
        #expect(try members(wide).get().count == 1)
    }

    @Test func escapesAreDecoded() throws {
        #expect(try decoded(Array(#"\"\\\/\b\f\n\r\tA\u00e9\u20AC"#.utf8)) == ("\"\\/\u{8}\u{c}\n\r\tAé€", true))
        #expect(try decoded(Array(#"é\n\ud83d\ude00!"#.utf8)) == ("é\n😀!", true))
        #expect(try decoded(Array(#"\u0000"#.utf8)) == ("\0", true))
    }

    @Test(arguments: [
        (#"\ud83d"#, "\u{FFFD}"), (#"\ude00x"#, "\u{FFFD}x"), (#"\ud83d\n"#, "\u{FFFD}\n"),
        (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"), (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"),
    ])
    func halfSurrogatePairsAreReplacedAndReported(_ text: String, _ expected: String) throws {
        #expect(try decoded(Array(text.utf8)) == (expected, false))
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("-0", nil), ("1.0", nil), ("1e2", nil), ("99999999999999999999999", nil),
        ] as [(String, Int64?)]
    )
    func integersThatFit(_ text: String, _ expected: Int64?) throws {
        let (value, bytes) = try value(text)
        #expect(value.integer(in: bytes.span) == expected)
    }

    @Test func compactTextIsOneHarmlessLine() {
        let text = Array("{ \"a b\" :\n[ 1 ,\t\"x \\\" \u{7f}\u{85}\u{2028}\u{202e}ü\\u2028\\n\" ]\r\n}".utf8)
        let expected = #"{"a b":[1,"x \" \u007f\u0085\u2028\u202eü\u2028\n"]}"#
        #expect(compact(text) == (expected, true))
        #expect(
            compact(Array(#"["\ud83d\ude00","\ud83d","\\ud83d"]"#.utf8)) == (
                #"["\ud83d\ude00","\ufffd","\\ud83d"]"#, false
            )
        )
        #expect(compact([0x22, 0xC3, 0x22]) == ("\"\u{FFFD}\"", false))
    }

    /// Strings are scanned sixteen and eight bytes at a time: each kind of byte at each place, and before any rest.
    @Test func everyEndAtEveryPlace() throws {
        for count in 0..<40 {
            for rest in 0..<18 {
                for special in ["", "\\n", "é", "\\u00e9"] {
                    let content = Array((String(repeating: "a", count: count) + special).utf8)
                    let end = "\"" + String(repeating: " ", count: rest) + "}"
                    let text = Array("{\"\":\"".utf8) + content + Array(end.utf8)
                    guard case .string(let found)? = try members(text).get().first?.value else {
                        Issue.record("no string")
                        continue
                    }
                    #expect(found.range == 5..<(5 + content.count))
                    #expect(found.isASCII == (special != "é"))
                    #expect(found.hasEscapes == special.hasPrefix("\\"))
                }
            }
        }
    }

    @Test func everyDigitAtEveryPlace() throws {
        for count in 1..<20 {
            for end in 0..<20 {
                let digits = String(repeating: "9", count: count)
                let (value, bytes) = try value(digits + String(repeating: " ", count: end))
                #expect(value == .number(5..<(5 + count)))
                for byte in [UInt8(ascii: "/"), UInt8(ascii: ":"), 0xB0, 0xFF, 0x10] {
                    var other = bytes
                    other[5 + count - 1] = byte
                    #expect(members(other) == .failure(.unexpected(at: 5 + count - 1)))
                }
            }
        }
    }

    /// Strings are scanned eight bytes at a time: each byte at each place of a word, and in the rest.
    @Test func everyByteAtEveryPlace() throws {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<19 {
                var content = Array(repeating: UInt8(ascii: "~"), count: 19)
                content[place] = byte
                let text = Array("{\"k\":\"".utf8) + content + Array("\"}".utf8)
                switch byte {
                case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    #expect(throws: JSONError.self) { try members(text).get() }
                default:
                    let string = 6..<25
                    guard case .string(let found)? = try members(text).get().first?.value else {
                        Issue.record("byte \(byte) is not taken")
                        continue
                    }
                    #expect(found.range == string)
                    #expect(found.isASCII == (byte < 0x80))
                    #expect(!found.hasEscapes)
                }
            }
        }
    }

    @Test func noBeginningOfAnObjectIsAnObject() throws {
        let text = Array(#"{"a":[1.5e-3,{"b":"\u00e9\\"},true,null],"c":{"d":"é"},"e":-12}"#.utf8)
        #expect(try members(text).get().count == 3)
        for count in 0..<text.count {
            #expect(members(Array(text[..<count])) == .failure(.unexpected(at: count)))
        }
    }

    /// A quarter of a mebibyte takes milliseconds; a quadratic scan of it takes minutes.
    @Test(
        .timeLimit(.minutes(5)),
        arguments: ["[", "{\"a\":", "\\", "\\\\", "{\"a\":[", "\"", "1", " ", "\\ud800", ",", "[]", "\u{FF}"]
    )
    func hugeInputIsReadInLinearTime(_ unit: String) {
        for opening in ["{\"a\":", "{\"a\":\"", ""] {
            var text = Array(unit.utf8)
            while text.count < 1 << 18 { text += text }
            text = Array(opening.utf8) + text
            #expect(throws: JSONError.self) { try members(text).get() }
        }
    }
}
