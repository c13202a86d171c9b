import LogFormats

/// A RELP session, and its promises for any stream in any pieces.
enum RELPCheck {
    private enum Event: Equatable {
        case message([UInt8], length: Int, RELPAnswer)
        case answer(RELPAnswer)
        case broken(MessageError)
    }

    static func check(_ data: [UInt8]) throws(FuzzFault) {
        var input = FuzzInput(data)
        let limit = max(1, input.number())
        let seed = input.number() << 8 | input.number()
        let events = try run([Array(input.rest)], limit)
        try FuzzFault.expect(try run(input.pieces(seed: seed), limit) == events, "the events depend on the pieces")
        var hasEnded = false
        for event in events {
            try FuzzFault.expect(!hasEnded, "an ended session goes on")
            switch event {
            case .message(_, _, let answer), .answer(let answer):
                try check(answer)
                hasEnded = answer.endsSession
            case .broken: hasEnded = true
            }
        }
    }

    private static func run(_ pieces: [[UInt8]], _ limit: Int) throws(FuzzFault) -> [Event] {
        var session = RELPSession(limit: limit)
        var events: [Event] = []
        for piece in pieces {
            var index = 0
            while let event = session.next(in: piece.span, from: &index) {
                try FuzzFault.expect(index <= piece.count, "a session goes beyond its input")
                switch event {
                case .message(let frame, let answer):
                    let content =
                        switch frame.place {
                        case .input(let range): Array(piece[range])
                        case .buffered(let range): Array(session.buffered[range])
                        }
                    try FuzzFault.expect(content.count == min(limit, frame.length), "a message has not its length")
                    events.append(.message(content, length: frame.length, answer))
                case .answer(let answer): events.append(.answer(answer))
                case .broken(_, let error): events.append(.broken(error))
                }
            }
            try FuzzFault.expect(index == piece.count, "a session leaves input")
            try FuzzFault.expect(session.buffered.count <= max(limit, 4096), "more is buffered than may be")
        }
        return events
    }

    /// An answer is a frame, whose length is that of its data.
    private static func check(_ answer: RELPAnswer) throws(FuzzFault) {
        var bytes: [UInt8] = []
        answer.append(to: &bytes)
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 3)
        guard parts.count >= 3, let length = Int(String(decoding: parts[2].prefix { $0 != 0x0A }, as: UTF8.self)) else {
            throw FuzzFault("an answer without a length")
        }
        let start = parts[2].endIndex + (length > 0 ? 1 : 0)
        let end = length > 0 ? start + length : parts[2].startIndex + 1
        try FuzzFault.expect(end < bytes.count && bytes[end] == 0x0A, "an answer has not its length")
    }
}
