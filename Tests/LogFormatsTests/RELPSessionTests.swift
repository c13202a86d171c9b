import LogFormats
import TestSupport
import Testing

@Suite struct RELPSessionTests {
    private static let offers =
        "relp_version=0\nrelp_software=librelp,1.11.0,http://librelp.adiscon.com\ncommands=syslog"
    private static let open = frame(1, "open", offers)
    private static let opened = RELPRun.Seen.answer(
        "1 rsp 62 200 OK\nrelp_version=0\nrelp_software=sockserved\ncommands=syslog\n"
    )

    private static func frame(_ number: Int, _ command: String, _ data: String = "") -> String {
        "\(number) \(command) \(data.utf8.count)\(data.isEmpty ? "" : " ")\(data)\n"
    }

    private func run(_ frames: String..., limit: Int = 100) -> [RELPRun.Seen] {
        RELPRun(frames.joined(), limit: limit).seen
    }

    /// Bytes that rsyslog's omrelp sent, librelp 1.11.0.
    @Test func aSessionOfRsyslog() {
        let message = "<13>Nov 25 21:02:11 web1 app[1]: hello"
        let frames = [
            Self.open, Self.frame(2, "syslog", message), Self.frame(3, "syslog", "b"), Self.frame(4, "close"),
        ]
        let seen = RELPRun(frames.joined()).seen
        #expect(
            seen == [
                Self.opened,
                .message(message, length: message.utf8.count, answer: "2 rsp 6 200 OK\n"),
                .message("b", length: 1, answer: "3 rsp 6 200 OK\n"),
                .answer("4 rsp 0\n0 serverclose 0\n"),
            ]
        )
    }

    @Test func theLengthInAnAnswerIsThatOfItsData() throws {
        guard case .answer(let text)? = run(Self.open).first else {
            Issue.record("no answer")
            return
        }
        let parts = text.split(separator: " ", maxSplits: 3)
        #expect(Int(parts[2]) == parts[3].utf8.count - 1)
    }

    @Test func aMessageMayHaveAnyBytes() {
        let data = "two\nlines \u{0} 3 syslog 1 x\n"
        #expect(
            run(Self.open, Self.frame(2, "syslog", data)).last
                == .message(data, length: data.utf8.count, answer: "2 rsp 6 200 OK\n")
        )
    }

    @Test func anEmptyMessageIsAnsweredAndMakesNoRecord() {
        #expect(
            run(Self.open, "2 syslog 0\n", "3 syslog 0 \n").suffix(2) == [
                .answer("2 rsp 6 200 OK\n"), .answer("3 rsp 6 200 OK\n"),
            ]
        )
    }

    @Test func aMessageAboveTheLimitIsCutAndAnswered() {
        let data = String(repeating: "x", count: 25)
        for limit in [1, 24, 25] {
            let stream = Self.open + Self.frame(2, "syslog", data) + Self.frame(3, "syslog", "b")
            for cut in Self.open.utf8.count...stream.utf8.count {
                let run = RELPRun(Array(stream.utf8), cuts: [cut], limit: limit)
                #expect(
                    run.seen.suffix(2) == [
                        .message(String(data.prefix(limit)), length: 25, answer: "2 rsp 6 200 OK\n"),
                        .message("b", length: 1, answer: "3 rsp 6 200 OK\n"),
                    ]
                )
            }
        }
    }

    @Test func numbersGoOnAtOneAfterTheGreatest() {
        let seen = run(
            Self.frame(999_999_997, "open", Self.offers),
            Self.frame(999_999_998, "syslog", "a"),
            Self.frame(999_999_999, "syslog", "b"),
            Self.frame(1, "syslog", "c")
        )
        #expect(seen.dropFirst().map { if case .message(let text, _, _) = $0 { text } else { "" } } == ["a", "b", "c"])
        #expect(seen.last == .message("c", length: 1, answer: "1 rsp 6 200 OK\n"))
    }

    @Test(arguments: [
        ("3 syslog 1 a\n", "RELP frame 3 follows frame 1"),
        ("1 syslog 1 a\n", "RELP frame 1 follows frame 1"),
        ("0 syslog 1 a\n", "RELP frame 0 follows frame 1"),
        ("2 syslog 1 ab", "the RELP frame does not end where its length says"),
        ("2 syslog x\n", "a RELP frame without a length"),
        ("2 syslog 1\n", "no blank after a part of a RELP frame's header"),
        ("2 syslog  1\n", "a RELP frame without a length"),
        ("2  1\n", "a RELP frame without a command"),
        ("2\n", "no blank after a part of a RELP frame's header"),
        ("\n", "a RELP frame without a transaction number"),
        ("-2 syslog 1 a\n", "a RELP frame without a transaction number"),
        ("0000000002 syslog 1 a\n", "a part of a RELP frame's header is longer than 9 characters"),
        ("2 syslog 1000000000 a\n", "a part of a RELP frame's header is longer than 9 characters"),
        ("2 \(String(repeating: "a", count: 33)) 1", "a part of a RELP frame's header is longer than 32 characters"),
        ("2 open 4097 a", "a RELP command with 4097 bytes of data; at most 4096 are read"),
    ])
    func aFrameThatIsNoneEndsTheSessionWithoutAnAnswer(_ bytes: String, _ reason: String) {
        let stream = Array((Self.open + bytes + "2 syslog 1 a\n").utf8)
        for cut in Self.open.utf8.count...stream.count {
            let seen = RELPRun(stream, cuts: [cut]).seen
            #expect(seen.count == 2 && seen.first == Self.opened)
            guard case .broken(_, reason)? = seen.last else {
                Issue.record("\(bytes): \(seen)")
                return
            }
        }
    }

    @Test func otherProtocolsAreRecognizedAsSuch() {
        var session = RELPSession(limit: 100)
        var index = 0
        let input = Array("<13>hello\n".utf8)
        guard case .broken(let frame, let error)? = session.next(in: input.span, from: &index) else {
            Issue.record("taken")
            return
        }
        #expect(error.kind == .otherFormat)
        #expect(frame == Frame(place: .input(0..<10), length: 10))
        #expect(session.next(in: input.span, from: &index) == nil)
    }

    @Test func aSessionBeginsWithOpen() {
        #expect(run("1 syslog 1 a\n") == [.broken("", reason: "the RELP session does not begin with open")])
    }

    @Test(arguments: [
        (RELPSessionTests.open, "3 syslog 1 b\n", "500 the session is open"),
        ("2 rubbish 3 abc\n", "", "500 unknown command"),
        ("2 rsp 6 200 OK\n", "", "500 unknown command"),
    ])
    func aCommandOfTheWrongKindIsRefusedAndEndsTheSession(_ frame: String, _ more: String, _ text: String) {
        let second = "2" + frame.dropFirst()
        #expect(
            run(Self.open, second, more, "3 syslog 1 b\n") == [
                Self.opened, .answer("2 rsp \(text.utf8.count) \(text)\n0 serverclose 0\n"),
            ]
        )
    }

    @Test(arguments: [
        "", "commands=syslog", "relp_version=0", "relp_version=x\ncommands=syslog",
        "relp_version=0\ncommands=syslogs,starttls",
    ])
    func offersThatFitNothingAreRefused(_ offers: String) {
        let text = "500 the offers must have relp_version, and commands with syslog"
        #expect(
            run(Self.frame(1, "open", offers))
                == [.answer("1 rsp \(text.utf8.count) \(text)\n0 serverclose 0\n")]
        )
    }

    @Test(arguments: ["relp_version=1\ncommands=starttls,syslog", "commands=syslog\n\nrelp_version=0\n"])
    func offersOfMoreAreTaken(_ offers: String) {
        #expect(run(Self.frame(1, "open", offers)) == [Self.opened])
    }

    // MARK: splits

    private static let stream = Array(
        (open + frame(2, "syslog", "<13>hello") + "3 syslog 0\n"
            + frame(4, "syslog", String(repeating: "y", count: 150)) + frame(5, "syslog", "b\n") + frame(6, "close"))
            .utf8
    )

    @Test func everySplitGivesTheSame() {
        let stream = Self.stream
        let whole = RELPRun(stream)
        #expect(whole.seen.count == 6)
        for cut in 0...stream.count {
            #expect(RELPRun(stream, cuts: [cut]) == whole)
            #expect(RELPRun(stream, cuts: [cut, min(cut + 3, stream.count)]) == whole)
        }
        #expect(RELPRun(stream, cuts: Array(1..<stream.count)) == whole)
    }

    @Test func everyTruncationGivesABeginning() {
        let stream = Self.stream
        let whole = RELPRun(stream).seen
        for count in 0...stream.count {
            let run = RELPRun(Array(stream[..<count]))
            #expect(Array(whole.prefix(run.seen.count)) == run.seen)
            let isAtEdge = stream[..<count].isEmpty || run.seen.count == 6 || stream[count - 1] == 0x0A
            #expect(run.hasUnfinished || isAtEdge)
        }
    }

    @Test func memoryFollowsTheLimit() {
        let data = String(repeating: "x", count: 100_000)
        let bytes = Array((Self.open + Self.frame(2, "syslog", data)).utf8)
        let run = RELPRun(bytes, cuts: Array(stride(from: 10, to: bytes.count, by: 10)), limit: 1000)
        #expect(run.seen.count == 2)
        #expect(run.maxBuffered <= 1000)
    }

    @Test func randomBytesGiveTheSameAtRandomSplits() {
        var generator = SeededGenerator(seed: 7)
        let parts = [
            Self.open, "2 syslog 3 abc\n", "3 syslog 2 ab\n", "4 close 0\n", " ", "\n", "0", "9", "syslog", "2 ",
            "\u{0}",
        ].map { Array($0.utf8) }
        for round in 0..<3000 {
            var bytes = round % 3 == 0 ? [] : Array(Self.open.utf8)
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                bytes += parts.randomElement(using: &generator) ?? []
                guard Int.random(in: 0..<4, using: &generator) == 0 else { continue }
                bytes.append(.random(in: 0...255, using: &generator))
            }
            let cuts = (0..<4).map { _ in Int.random(in: 0...bytes.count, using: &generator) }.sorted()
            let (one, other) = (RELPRun(bytes, limit: 2), RELPRun(bytes, cuts: cuts, limit: 2))
            // What is shown of a broken header depends on where it was cut.
            #expect(one.seen.map(Self.withoutExcerpt) == other.seen.map(Self.withoutExcerpt))
        }
    }

    private static func withoutExcerpt(_ seen: RELPRun.Seen) -> RELPRun.Seen {
        if case .broken(_, let reason) = seen { .broken("", reason: reason) } else { seen }
    }
}
