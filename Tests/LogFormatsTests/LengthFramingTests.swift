import LogFormats
import TestSupport
import Testing

@Suite struct LengthFramingTests {
    /// An event with its bytes, wherever they lie.
    private struct Seen: Equatable {
        let kind: String
        let bytes: [UInt8]
        let length: Int
        var reason = ""
    }

    private func run(_ stream: [UInt8], cuts: [Int] = [], limit: Int = 20) -> [Seen] {
        var framing = LengthFraming(limit: limit)
        var seen: [Seen] = []
        func see(_ event: FramingEvent, _ input: [UInt8]) {
            let (kind, frame, reason) =
                switch event {
                case .frame(let frame): ("frame", frame, "")
                case .malformed(let frame, let fault): ("malformed", frame, fault.reason)
                case .broken(let frame, let fault): ("broken", frame, fault.reason)
                }
            let bytes =
                switch frame.place {
                case .input(let range): Array(input[range])
                case .buffered(let range): Array(framing.buffered[range])
                }
            seen.append(Seen(kind: kind, bytes: bytes, length: frame.length, reason: reason))
        }
        for (start, end) in zip([0] + cuts, cuts + [stream.count]) {
            let input = Array(stream[start..<end])
            var index = 0
            while let event = framing.next(in: input.span, from: &index) { see(event, input) }
            #expect(index == input.count)
            #expect(framing.buffered.count <= max(16 * limit, 256))
        }
        while let event = framing.end() { see(event, []) }
        return seen
    }

    private func frame(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes
    }

    @Test func framesComeOutInOrder() {
        let seen = run(frame([1, 2, 3]) + frame([4]))
        #expect(
            seen == [
                Seen(kind: "frame", bytes: [1, 2, 3], length: 3), Seen(kind: "frame", bytes: [4], length: 1),
            ]
        )
    }

    @Test func aMessageBeginsWithItsFirstByteAndTakesNoMoreMemoryThanItsLength() {
        var framing = LengthFraming(limit: 1 << 20)
        let stream = frame([UInt8](repeating: 1, count: 100_000))
        for (count, byte) in stream.enumerated() {
            #expect(framing.isWithinMessage == (count > 0))
            var index = 0
            let event = framing.next(in: [byte].span, from: &index)
            #expect((event != nil) == (count == stream.count - 1))
        }
        #expect(framing.buffered.capacity < 101_000)
        var index = 0
        #expect(framing.next(in: Span(), from: &index) == nil)
        #expect(!framing.isWithinMessage)
        #expect(framing.buffered.capacity == 0)
    }

    @Test func wholeFramesAreNotCopied() {
        let stream = frame([1, 2, 3])
        var framing = LengthFraming(limit: 20)
        var index = 0
        #expect(framing.next(in: stream.span, from: &index) == .frame(Frame(place: .input(4..<7), length: 3)))
        #expect(framing.buffered.capacity == 0)
    }

    @Test func everySplitGivesTheSame() {
        let stream =
            frame([1, 2, 3]) + frame([]) + frame(Array(repeating: 7, count: 330)) + frame([5, 6])
            + frame(Array(0...255) + Array(0...99)) + frame([9]) + [0, 0, 0, 4, 1, 2]
        let whole = run(stream)
        #expect(whole.map(\.kind) == ["frame", "malformed", "malformed", "frame", "malformed", "frame", "malformed"])
        #expect(whole[1].reason == "the message is empty")
        #expect(whole[2].reason == "the message of 330 bytes is longer than 320")
        #expect(whole[2].bytes == Array(repeating: 7, count: 256))
        #expect(whole[4].bytes == Array(0...255))
        #expect(whole[4].length == 356)
        #expect(whole[6].reason == "the stream ended within a message: 2 of 4 bytes")
        for cut in 0...stream.count {
            #expect(run(stream, cuts: [cut]) == whole)
            #expect(run(stream, cuts: [cut, min(cut + 3, stream.count)]) == whole)
        }
        #expect(run(stream, cuts: Array(1..<stream.count)) == whole)
    }

    /// A message of up to 16 times the limit is delivered whole, with the number of bytes to keep.
    @Test func aMessageAboveTheLimitIsGivenWhole() {
        let stream = frame(Array(repeating: 7, count: 21)) + frame(Array(repeating: 8, count: 320))
        for cut in 0...stream.count {
            #expect(run(stream, cuts: [cut]).map(\.kind) == ["frame", "frame"])
            #expect(run(stream, cuts: [cut]).map(\.bytes.count) == [21, 320])
        }
        var framing = LengthFraming(limit: 20)
        var index = 0
        let limits = (0..<2).map { _ -> Int? in
            guard case .frame(let frame)? = framing.next(in: stream.span, from: &index) else { return nil }
            return frame.limit
        }
        #expect(limits == [20, 20])
        index = 0
        let short = frame(Array(repeating: 7, count: 20))
        #expect(framing.next(in: short.span, from: &index) == .frame(Frame(place: .input(4..<24), length: 20)))
    }

    @Test func theEndMayComeAnywhere() {
        let stream = frame([1, 2, 3]) + frame(Array(repeating: 7, count: 400))
        for count in 0...stream.count {
            let seen = run(Array(stream[..<count]))
            let expected: [String] =
                switch count {
                case 0: []
                case 1..<7: ["malformed"]
                case 7: ["frame"]
                default: ["frame", "malformed"]
                }
            #expect(seen.map(\.kind) == expected)
        }
        #expect(run([0, 0]).first?.reason == "the stream ended within a length: 2 of 4 bytes")
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\n", "a length of 1195725856 bytes: an HTTP request?"),
            ("POST /x", "a length of 1347375956 bytes: an HTTP request?"),
            ("\u{16}\u{03}\u{01}\u{02}xxxx", "a length of 369295618 bytes: a TLS client?"),
            ("<13>hello", "a length of 1009857342 bytes: syslog?"),
            ("{\"a\":1}", "a length of 2065850658 bytes: JSON?"),
            ("\u{7f}\u{7f}\u{7f}\u{7f}more", "a length of 2139062143 bytes"),
        ]
    )
    func aLengthThatIsNoneBreaksTheStream(text: String, reason: String) {
        let stream = frame([1]) + Array(text.utf8)
        let expected = [
            Seen(kind: "frame", bytes: [1], length: 1),
            Seen(kind: "broken", bytes: Array(text.utf8.prefix(4)), length: 4, reason: reason),
        ]
        for cut in 0...stream.count { #expect(run(stream, cuts: [cut]) == expected) }
    }

    @Test func largestLengthThatIsSkipped() {
        #expect(run([0x04, 0, 0, 0, 1]).map(\.kind) == ["malformed"])
        #expect(run([0x04, 0, 0, 1, 1]).map(\.kind) == ["broken"])
        #expect(run([0xFF, 0xFF, 0xFF, 0xFF]).map(\.kind) == ["broken"])
    }

    @Test func memoryFollowsWhatCameAndIsGivenBack() {
        var framing = LengthFraming(limit: 1 << 20)
        var input: [UInt8] = [0, 0x10, 0, 0, 1]
        var index = 0
        #expect(framing.next(in: input.span, from: &index) == nil)
        #expect(framing.buffered.capacity < 1000)
        input = Array(repeating: 1, count: (1 << 20) - 1)
        index = 0
        #expect(
            framing.next(in: input.span, from: &index)
                == .frame(Frame(place: .buffered(0..<(1 << 20)), length: 1 << 20))
        )
        #expect(framing.next(in: input.span, from: &index) == nil)
        #expect(framing.buffered.capacity == 0)
    }

    @Test func randomStreamsGiveTheSameAtRandomSplits() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var stream: [UInt8] = []
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                stream += frame(Array(repeating: 1, count: Int.random(in: 0...40, using: &generator)))
            }
            if Bool.random(using: &generator), !stream.isEmpty {
                stream[Int.random(in: 0..<stream.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let cuts = (0..<5).map { _ in Int.random(in: 0...stream.count, using: &generator) }.sorted()
            #expect(run(stream, cuts: cuts) == run(stream))
        }
    }
}
