import LogFormats

/// The events of a RELP session, in a form to compare.
struct RELPRun: Equatable {
    enum Seen: Equatable {
        case message(String, length: Int, answer: String)
        case answer(String)
        case broken(String, reason: String)
    }

    private(set) var seen: [Seen] = []
    /// The most bytes that were buffered.
    private(set) var maxBuffered = 0
    private(set) var hasUnfinished = false

    /// Gives a stream to a session, cut at some places.
    init(_ stream: [UInt8], cuts: [Int] = [], limit: Int = 100) {
        var session = RELPSession(limit: limit)
        for (start, end) in zip([0] + cuts, cuts + [stream.count]) {
            let input = Array(stream[start..<end])
            var index = 0
            while let event = session.next(in: input.span, from: &index) {
                maxBuffered = max(maxBuffered, session.buffered.count)
                func text(_ frame: Frame) -> String {
                    switch frame.place {
                    case .input(let range): String(decoding: input[range], as: UTF8.self)
                    case .buffered(let range): String(decoding: session.buffered[range], as: UTF8.self)
                    }
                }
                switch event {
                case .message(let frame, let answer):
                    seen.append(.message(text(frame), length: frame.length, answer: Self.text(answer)))
                case .answer(let answer): seen.append(.answer(Self.text(answer)))
                case .broken(let frame, let error): seen.append(.broken(text(frame), reason: error.reason))
                }
            }
            precondition(index == input.count, "a session takes all input")
            maxBuffered = max(maxBuffered, session.buffered.count)
        }
        hasUnfinished = session.hasUnfinished
    }

    init(_ stream: String, limit: Int = 100) {
        self.init(Array(stream.utf8), limit: limit)
    }

    static func == (first: RELPRun, second: RELPRun) -> Bool {
        first.seen == second.seen && first.hasUnfinished == second.hasUnfinished
    }

    private static func text(_ answer: RELPAnswer) -> String {
        var bytes: [UInt8] = []
        answer.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
