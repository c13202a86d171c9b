import LogFormats
import TestSupport
import Testing

@Suite struct LineFramingTests {
    private struct Message: Equatable {
        var text: [UInt8]
        var length: Int

        init(_ text: [UInt8], length: Int? = nil) {
            self.text = text
            self.length = length ?? text.count
        }
    }

    /// The messages of a stream in pieces, and the most bytes that the framing buffered.
    private func frame(_ pieces: [[UInt8]], _ limit: Int, _ endings: LineFraming.Endings) -> [Message] {
        var framing = LineFraming(limit: limit, endings: endings)
        var messages: [Message] = []
        func take(_ event: FramingEvent, from piece: [UInt8]) {
            guard case .frame(let frame) = event else {
                Issue.record("\(event)")
                return
            }
            switch frame.place {
            case .input(let range): messages.append(Message(Array(piece[range]), length: frame.length))
            case .buffered(let range): messages.append(Message(Array(framing.buffered[range]), length: frame.length))
            }
        }
        for piece in pieces {
            var index = 0
            while let event = framing.next(in: piece.span, from: &index) { take(event, from: piece) }
            #expect(index == piece.count)
            #expect(framing.buffered.count <= limit)
            #expect(framing.pause() == nil)
        }
        while let event = framing.end() { take(event, from: []) }
        return messages
    }

    private func lines(_ text: String, limit: Int = 100) -> [String] {
        frame([Array(text.utf8)], limit, .newlineOrNull).map { String(decoding: $0.text, as: UTF8.self) }
    }

    /// The same by the simplest means: the whole stream at once.
    private func expected(_ stream: [UInt8], _ limit: Int, _ endings: LineFraming.Endings) -> [Message] {
        var messages: [Message] = []
        var message: [UInt8] = []
        for byte in stream {
            if byte == 10, endings == .nullOrObject, message.allSatisfy({ [9, 10, 13, 32].contains($0) }) {
                message = []
                continue
            }
            guard byte == 0 || byte == 10 && (endings == .newlineOrNull || isObject(message)) else {
                message.append(byte)
                continue
            }
            if byte == 10, message.last == 13 { message.removeLast() }
            if !message.isEmpty { messages.append(Message(Array(message.prefix(limit)), length: message.count)) }
            message = []
        }
        if !message.isEmpty { messages.append(Message(Array(message.prefix(limit)), length: message.count)) }
        return messages
    }

    /// Whether these bytes are one object, judged by its braces, and white space.
    private func isObject(_ message: [UInt8]) -> Bool {
        var text = message.filter { ![9, 10, 13, 32].contains($0) }[...]
        guard text.first == UInt8(ascii: "{") else { return false }
        var depth = 0
        while let next = text.popFirst() {
            switch next {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                while let within = text.popFirst(), within != UInt8(ascii: "\"") {
                    if within == UInt8(ascii: "\\") { _ = text.popFirst() }
                }
            default: break
            }
            if depth == 0 { return text.isEmpty }
        }
        return false
    }

    @Test func linesEndWithNewlineOrNull() {
        #expect(lines("a\nbc\r\nd\0e\r\0\n\r\n\0\0f\rg\n\r\r\nlast") == ["a", "bc", "d", "e\r", "f\rg", "\r", "last"])
        #expect(lines("") == [])
        #expect(lines("\n\r\n\0") == [])
    }

    @Test func onlyNullEndsWhatIsSeparatedByNull() {
        let stream = Array("{\n\"a\":1\r\n}\0\0b\n\0".utf8)
        #expect(
            frame([stream], 100, .nullOrObject).map(\.text) == [Array("{\n\"a\":1\r\n}".utf8), Array("b\n".utf8)]
        )
    }

    /// As log4j2 and rsyslog may send GELF.
    @Test func aNewlineEndsAnObjectThatIsComplete() {
        func messages(_ text: String) -> [String] {
            frame([Array(text.utf8)], 100, .nullOrObject).map { String(decoding: $0.text, as: UTF8.self) }
        }
        #expect(
            messages("{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}\0{\"d\":4}") == [
                "{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"d\":4}",
            ]
        )
        #expect(messages("{\n\"a\":[\n{}\n]\n}\n{}\n") == ["{\n\"a\":[\n{}\n]\n}", "{}"])
        #expect(messages("{\"a\":\"}\\\"}\"\n}\n") == ["{\"a\":\"}\\\"}\"\n}"])
        // Text that is not an object ends with NUL.
        #expect(messages("text\nmore\n\0{}\n") == ["text\nmore\n", "{}"])
        #expect(messages("{} x\ny\0") == ["{} x\ny"])
        #expect(messages("\n \n\r\n") == [])
    }

    @Test func longMessagesAreCutAndSayTheirLength() {
        let stream = Array("12345678\n1234567890\r\n12345678\r\nx".utf8)
        let expected = [
            Message(Array("12345678".utf8)), Message(Array("12345678".utf8), length: 10),
            Message(Array("12345678".utf8)), Message(Array("x".utf8)),
        ]
        #expect(frame([stream], 8, .newlineOrNull) == expected)
        #expect(frame(stream.map { [$0] }, 8, .newlineOrNull) == expected)
    }

    @Test func wholeMessagesAreNotCopied() {
        var framing = LineFraming(limit: 10, endings: .newlineOrNull)
        var index = 0
        let input = Array("abc\r\nlonger than that\n".utf8)
        #expect(framing.next(in: input.span, from: &index) == .frame(Frame(place: .input(0..<3), length: 3)))
        #expect(framing.next(in: input.span, from: &index) == .frame(Frame(place: .input(5..<15), length: 16)))
        #expect(framing.buffered.capacity == 0)
    }

    @Test func memoryOfALargeMessageIsGivenBack() {
        var framing = LineFraming(limit: 1 << 20, endings: .newlineOrNull)
        let large = [UInt8](repeating: 0x61, count: 200_000)
        var index = 0
        #expect(framing.next(in: large.span, from: &index) == nil)
        index = 0
        #expect(
            framing.next(in: [10].span, from: &index) == .frame(Frame(place: .buffered(0..<200_000), length: 200_000))
        )
        #expect(framing.next(in: [10].span, from: &index) == nil)
        #expect(framing.buffered.capacity <= 64 << 10)
    }

    @Test func everySplitGivesTheSameMessages() {
        let stream = Array("{\"a\":1}\r\n\r\n{\"b\":\n\"}\"}\n0123456789\r\n\0x\r\0last one\r".utf8)
        for endings in [LineFraming.Endings.newlineOrNull, .nullOrObject] {
            for limit in [1, 7, 9, 10, 11, 100] {
                let expected = expected(stream, limit, endings)
                for first in 0...stream.count {
                    for second in first...stream.count {
                        let pieces = [stream[..<first], stream[first..<second], stream[second...]].map(Array.init)
                        #expect(frame(pieces, limit, endings) == expected)
                    }
                }
                #expect(frame(stream.map { [$0] }, limit, endings) == expected)
            }
        }
    }

    @Test func randomStreamsGiveWhatTheSimplestFramingGives() {
        var generator = SeededGenerator(seed: 1)
        let bytes: [UInt8] = [0, 10, 10, 13, 0x61, 0x80, 1, 9, 11, 0x7B, 0x7D, 0x7B, 0x7D, 0x22]
        for _ in 0..<2000 {
            let stream = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                Int.random(in: 0..<3, using: &generator) == 0 ? bytes.randomElement(using: &generator) ?? 0 : 0x7A
            }
            var pieces: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...30, using: &generator)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let limit = Int.random(in: 1...40, using: &generator)
            for endings in [LineFraming.Endings.newlineOrNull, .nullOrObject] {
                #expect(frame(pieces, limit, endings) == expected(stream, limit, endings))
            }
        }
    }
}
