import LogFormats
import LogRecords

/// A framing with the parser of its messages, and their promises for any stream in any pieces.
enum StreamCheck {
    private enum Event: Equatable {
        case frame([UInt8], length: Int)
        case malformed([UInt8], length: Int, MessageError)
        case broken([UInt8], length: Int, MessageError)
    }

    static func syslog(_ data: [UInt8]) throws(FuzzFault) {
        try check(data, MessageCheck.syslog) { SyslogFraming(limit: $0) }
    }

    static func python(_ data: [UInt8]) throws(FuzzFault) {
        try check(data, MessageCheck.python, readable: 16) { LengthFraming(limit: $0) }
    }

    static func json(_ data: [UInt8]) throws(FuzzFault) {
        let (limit, events) = try check(data, MessageCheck.json) { LineFraming(limit: $0, endings: .newlineOrNull) }
        var input = FuzzInput(data)
        for _ in 0..<3 { _ = input.number() }
        try checkLines(events, Array(input.rest), limit) { $0 == 0x0A || $0 == 0 }
    }

    static func gelf(_ data: [UInt8]) throws(FuzzFault) {
        try check(data, MessageCheck.gelf) { LineFraming(limit: $0, endings: .nullOrObject) }
    }

    /// Checks that the frames are the same for any pieces, and parses every frame.
    @discardableResult
    private static func check<Cutting: Framing>(
        _ data: [UInt8],
        _ parser: MessageCheck,
        readable factor: Int = 1,
        _ make: (Int) -> Cutting
    ) throws(FuzzFault) -> (limit: Int, events: [Event]) {
        var input = FuzzInput(data)
        let size = input.number()
        let limit = size < 128 ? max(size, 1) : size == 255 ? 1 << 20 : size << 5
        let seed = input.number() << 8 | input.number()
        let whole = [Array(input.rest)]
        let events = try run(make(limit), whole, limit, factor, pausing: false)
        let pieces = input.pieces(seed: seed)
        try FuzzFault.expect(
            try run(make(limit), pieces, limit, factor, pausing: false) == events,
            "the frames depend on the pieces"
        )
        _ = try run(make(limit), pieces, limit, factor, pausing: true)

        let parse = parser.make()
        var record = LogRecord(nil, severity: .debug)
        for case .frame(let message, _) in events.prefix(64) { _ = try MessageCheck.run(parse, message, &record) }
        return (limit, events)
    }

    private static func run<Cutting: Framing>(
        _ framing: Cutting,
        _ pieces: [[UInt8]],
        _ limit: Int,
        _ factor: Int,
        pausing: Bool
    ) throws(FuzzFault) -> [Event] {
        var framing = framing
        var taker = EventTaker(size: pieces.reduce(0) { $0 + $1.count }, limit: limit, factor: factor)
        for piece in pieces {
            var index = 0
            while let event = framing.next(in: piece.span, from: &index) {
                try FuzzFault.expect(index <= piece.count, "a framing goes beyond its input")
                guard try taker.take(event, of: piece, framing.buffered) else { return taker.events }
            }
            try FuzzFault.expect(index == piece.count, "a framing leaves input")
            guard pausing else { continue }
            let isLong = piece.count % 4 == 1
            while let event = isLong ? framing.flushIdle() : framing.pause() {
                guard try taker.take(event, of: [], framing.buffered) else { return taker.events }
            }
        }
        while let event = framing.end() {
            guard try taker.take(event, of: [], framing.buffered) else { return taker.events }
        }
        return taker.events
    }

    /// Takes the events of one framing, and checks each against the limits.
    private struct EventTaker {
        /// How many bytes the stream has.
        let size: Int
        let limit: Int
        let factor: Int
        private(set) var events: [Event] = []
        private var sum = 0

        init(size: Int, limit: Int, factor: Int) {
            self.size = size
            self.limit = limit
            self.factor = factor
        }

        /// Takes an event.
        ///
        /// - Parameters:
        ///   - event: the event.
        ///   - piece: the input that it came of.
        ///   - buffered: the bytes that the framing has buffered.
        /// - Returns: whether the stream goes on.
        /// - Throws: what does not hold.
        mutating func take(_ event: FramingEvent, of piece: [UInt8], _ buffered: [UInt8]) throws(FuzzFault) -> Bool {
            try FuzzFault.expect(events.count <= size + 1, "\(size) bytes made \(events.count) frames")
            // The first bytes of a malformed message are buffered.
            let maxBuffered = max(factor * limit, 256) + 64
            try FuzzFault.expect(buffered.count <= maxBuffered, "\(buffered.count) bytes are buffered")
            switch event {
            case .frame(let frame):
                let content = try Self.content(frame, piece, buffered)
                sum += content.count
                let most = frame.limit == nil ? limit : factor * limit
                try FuzzFault.expect(content.count <= most, "a frame of \(content.count) bytes with limit \(limit)")
                try FuzzFault.expect(sum <= size, "more comes out than in")
                events.append(.frame(content, length: frame.length))
                return true
            case .malformed(let frame, let fault):
                events.append(.malformed(try Self.content(frame, piece, buffered), length: frame.length, fault))
                return true
            case .broken(let frame, let fault):
                events.append(.broken(try Self.content(frame, piece, buffered), length: frame.length, fault))
                return false
            }
        }

        private static func content(
            _ frame: Frame,
            _ piece: [UInt8],
            _ buffered: [UInt8]
        ) throws(FuzzFault) -> [UInt8] {
            let (source, range) =
                switch frame.place {
                case .input(let range): (piece, range)
                case .buffered(let range): (buffered, range)
                }
            try FuzzFault.expect(range.upperBound <= source.count, "a frame is nowhere")
            try FuzzFault.expect(range.count <= frame.length, "a frame is longer than it says")
            return Array(source[range])
        }
    }

    /// Lines as they are cut in the simplest way.
    private static func checkLines(
        _ events: [Event],
        _ stream: [UInt8],
        _ limit: Int,
        _ isEnd: (UInt8) -> Bool
    ) throws(FuzzFault) {
        var expected: [Event] = []
        var start = 0
        for index in 0...stream.count where index == stream.count || isEnd(stream[index]) {
            var line = stream[start..<index]
            start = index + 1
            if index < stream.count, stream[index] == 0x0A, line.last == 0x0D { line = line.dropLast() }
            if line.isEmpty { continue }
            expected.append(.frame(Array(line.prefix(limit)), length: line.count))
        }
        try FuzzFault.expect(events == expected, "lines are cut otherwise: \(events) and not \(expected)")
    }
}
