import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

/// Values of Python's own types in `extra` arrive with their meaning, in all protocols.
///
/// Pickled by the installed Python.
@Suite struct PythonValuesTests {
    private static let script = #"""
        import base64, collections, datetime as d, decimal, enum, fractions, ipaddress, json, pathlib, pickle, sys, types, uuid
        class Status(enum.Enum):
            PAID = "paid"
        class Count(enum.IntEnum):
            ONE = 1
        class Own(Exception):
            pass
        class Point(collections.namedtuple("Point", "x y")):
            pass
        class Plain:
            def __init__(self, **state): self.__dict__.update(state)
        class Slots:
            __slots__ = ("a",)
            def __init__(self): self.a = 1
        class Dictionary(dict): pass
        zone = d.timezone(d.timedelta(hours=-3, minutes=-30))
        default = collections.defaultdict(list); default["a"].append(1)
        values = {
            "naive": d.datetime(2026, 11, 3, 4, 5, 6, 7000), "utc": d.datetime(2026, 11, 3, 4, 5, 6, tzinfo=d.timezone.utc),
            "zoned": d.datetime(2026, 11, 3, 4, 5, 6, tzinfo=zone), "fold": d.datetime(2026, 10, 25, 2, 30, fold=1),
            "day": d.date(2026, 11, 3), "clock": d.time(4, 5), "micro": d.time(4, 5, 6, 70, tzinfo=d.timezone.utc),
            "took": d.timedelta(seconds=90), "long": d.timedelta(days=2, microseconds=5), "back": d.timedelta(seconds=-1),
            "price": decimal.Decimal("12.50"), "part": fractions.Fraction(1, 3), "id": uuid.UUID(int=5),
            "big_id": uuid.UUID("ffffffff-ffff-4fff-bfff-fffffffffffe"), "path": pathlib.PurePosixPath("/srv/a.txt"),
            "relative": pathlib.PurePosixPath("a/b"), "windows": pathlib.PureWindowsPath("C:/a/b"), "dot": pathlib.PurePosixPath(),
            "ip": ipaddress.ip_address("192.0.2.1"), "ip6": ipaddress.ip_address("2001:db8::1"), "any": ipaddress.ip_address("::"),
            "net": ipaddress.ip_network("192.0.2.0/24"), "status": Status.PAID, "count": Count.ONE,
            "set": {1}, "frozen": frozenset([2]), "empty": set(), "bytes": b"abc", "nothing": b"", "high": "\xfc".encode(),
            "array": bytearray(b"xyz"), "ordered": collections.OrderedDict([("b", 1), ("a", 2)]), "none": collections.OrderedDict(),
            "default": default, "counter": collections.Counter("aab"), "deque": collections.deque([1, 2]), "dequeless": collections.deque(),
            "point": Point(1, 2), "error": ValueError("bad", 3), "own": Own("none left"), "os": FileNotFoundError(2, "No such file", "/x"),
            "plain": Plain(sku="a-1", n=2), "slots": Slots(), "bare": Plain(), "mapping": Dictionary(a=1), "complex": 1-2j,
            "namespace": types.SimpleNamespace(a=1), "range": range(1, 5, 2), "type": d.datetime,
            "nested": {"when": [d.date(2026, 11, 3)], "who": (Plain(a="\""),)},
        }
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            kept = {k: v for k, v in values.items() if k != "slots" or protocol >= 2}
            line = pickle.dumps({"msg": "m", **kept}, protocol)
            print(base64.b64encode(line).decode())
        """#

    private static let expected = [
        "naive": "2026-11-03T04:05:06.007000", "utc": "2026-11-03T04:05:06+00:00", "zoned": "2026-11-03T04:05:06-03:30",
        "fold": "2026-10-25T02:30:00", "day": "2026-11-03", "clock": "04:05:00", "micro": "04:05:06.000070+00:00",
        "took": "0:01:30", "long": "2 days, 0:00:00.000005", "back": "-1 day, 23:59:59", "price": "12.50",
        "part": "1/3",
        "id": "00000000-0000-0000-0000-000000000005", "big_id": "ffffffff-ffff-4fff-bfff-fffffffffffe",
        "path": "/srv/a.txt", "relative": "a/b", "windows": #"C:\a\b"#, "dot": ".", "ip": "192.0.2.1",
        "ip6": "2001:db8::1",
        "any": "::", "net": "192.0.2.0/24", "status": #"<__main__.Status>("paid")"#, "count": "<__main__.Count>(1)",
        "set": "json [1]", "frozen": "json [2]", "empty": "json []", "bytes": "abc", "nothing": "", "high": "\u{FC}",
        "array": "xyz", "ordered": #"json {"b":1,"a":2}"#, "none": "json {}", "default": #"json {"a":[1]}"#,
        "counter": #"json {"a":2,"b":1}"#, "deque": "json [1,2]", "dequeless": "json []",
        "point": "<__main__.Point>(1,2)",
        "error": #"<builtins.ValueError>("bad",3)"#, "own": #"<__main__.Own>("none left")"#,
        "plain": #"<__main__.Plain>{"sku":"a-1","n":2}"#, "slots": #"<__main__.Slots>{"a":1}"#,
        "bare": "<__main__.Plain>",
        "complex": "(1-2j)", "namespace": #"<types.SimpleNamespace>{"a":1}"#, "range": "<builtins.range>(1,5,2)",
        "type": "<datetime.datetime>",
        "nested": #"json {"when":["2026-11-03"],"who":["<__main__.Plain>{\"a\":\"\\\"\"}"]}"#,
    ]

    private static let pickles: [[UInt8]] = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else { return [] }
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap {
            Data(base64Encoded: String($0)).map(Array.init)
        }
    }()

    private static let hasPython = BuiltProgram.firstExecutable("/usr/bin/python3", "/usr/local/bin/python3") != nil

    @Test(.enabled(if: hasPython, "python3 is not installed"))
    func valuesOfPythonsTypes() {
        #expect(Self.pickles.count >= 5)
        for (number, pickle) in Self.pickles.enumerated() {
            let record = PythonRecord(pickle)
            #expect(record.failure == nil)
            for (name, value) in Self.expected {
                // Protocols 0 and 1 cannot pickle slots.
                if name == "slots", number < 2 { continue }
                #expect(record.extra[name] == value, "\(name), protocol \(number)")
            }
            // Python 2's name of it, where the protocol is as old.
            let system = record.extra["os"] ?? ""
            #expect(system.hasPrefix("<builtins.") && system.hasSuffix(#"(2,"No such file","/x")"#), "\(number)")
            #expect(record.extra["mapping"]?.contains(#"{"a":1}"#) == true)
        }
    }

    /// A dict in protocol 0, with these items.
    private func extra(_ value: String) -> PythonRecord { PythonRecord(Array("(dVmsg\nVx\nsVv\n\(value)s.".utf8)) }

    @Test(
        arguments: [
            ("cdecimal\nDecimal\n(V1.5\ntR", "1.5"), ("cfractions\nFraction\n(V1/3\ntR", "1/3"),
            // Arguments that are not the type's leave its name with them.
            ("cdatetime\ndate\n(Vab\ntR", #"<datetime.date>("ab")"#),
            ("cdatetime\ndatetime\n(I1\ntR", "<datetime.datetime>(1)"),
            ("cdatetime\ntimedelta\n(I0\nI-1\nI0\ntR", "<datetime.timedelta>(0,-1,0)"),
            // Nor are types of these names that are another module's.
            ("cshop\nDecimal\n(V1.5\ntR", #"<shop.Decimal>("1.5")"#), ("cshop\nOrderedDict\n)R", "<shop.OrderedDict>"),
            ("cuuid\nUUID\n)R", "<uuid.UUID>"), ("c__builtin__\ncomplex\n(I1\ntR", "<builtins.complex>(1)"),
            ("c_codecs\nencode\n(V\\u20ac\nVlatin1\ntR", "<_codecs.encode>(\"\u{20AC}\",\"latin1\")"),
            ("cipaddress\nIPv4Address\n(I-1\ntR", "<ipaddress.IPv4Address>(-1)"),
            // Nothing is called, whatever its name.
            ("cposix\nsystem\n(Vtrue\ntR", #"<posix.system>("true")"#),
            ("cbuiltins\neval\n(V1\ntR", #"<builtins.eval>("1")"#),
            ("cbuiltins\ngetattr\n(cshop\nStatus\nVPAID\ntR", "<shop.Status.PAID>"),
            ("(cshop\nItem\nI1\no", "<shop.Item>(1)"), ("(I1\nishop\nItem\n", "<shop.Item>(1)"),
            ("cshop\nItem\n)\u{81}(Va\nI1\ndb", #"<shop.Item>{"a":1}"#),
            ("cshop\nItem\n)RI1\na", "<shop.Item>[1]"), ("cshop\nItem\n)RVa\nI1\ns", #"<shop.Item>{"a":1}"#),
        ] as [(String, String)]
    )
    func objectsAreWhatWasGivenToThem(value: String, text: String) {
        // NEWOBJ is not ASCII.
        let bytes = Array("(dVmsg\nVx\nsVv\n\(value)s.".unicodeScalars).map { UInt8(truncatingIfNeeded: $0.value) }
        let record = PythonRecord(
            value.unicodeScalars.contains("\u{81}") ? bytes : Array("(dVmsg\nVx\nsVv\n\(value)s.".utf8)
        )
        #expect(record.failure == nil)
        #expect(record.extra["v"] == text)
        #expect(record.hasRaw == text.hasPrefix("<"))
    }

    /// An object within itself, and one shared many times, cost no more than their bytes.
    @Test func objectsWithinObjectsAreBounded() {
        let own = extra("cshop\nItem\n)Rp0\n(Va\ng0\ndb")
        #expect(own.extra["v"]?.hasPrefix(#"<shop.Item>{"a":"<shop.Item>"#) == true)
        #expect(own.fault?.contains("... stands for the rest") == true)
        var shared = "cshop\nItem\np0\n(VxxxxxxxxxxxxxxxxxxxxtRp1\n"
        for _ in 0..<40 { shared += "(g0\n(g1\ng1\ng1\ntRtp1\n0" + "g0\n(g1\ng1\ntRp1\n" }
        let record = extra(shared)
        #expect(record.size < 20 * shared.utf8.count + 8192)
        let deep = extra(String(repeating: "cshop\nItem\n(", count: 500) + "I1\n" + String(repeating: "tR", count: 500))
        #expect(deep.extra["v"]?.hasPrefix("<shop.Item>(") == true)
        #expect(deep.fault != nil)
    }
}
