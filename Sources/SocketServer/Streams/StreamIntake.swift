import LogFormats
import LogRecords

/// Takes the messages out of one stream and has them recorded: owns the framing, and its share of the memory for
/// unfinished messages.
struct StreamIntake {
    /// An event of the stream.
    enum Step {
        /// Bytes came.
        case input
        /// Nothing more is there for now.
        case pause
        /// Nothing more has come for a while.
        case silence
        /// Nothing more comes: what was begun counts.
        case end
    }

    enum Outcome {
        case good
        /// A message could not be read; what follows can.
        case malformed
        /// The stream makes no sense from here on.
        case broken
        /// All streams together hold more than they may; see `SocketWorker.makeRoom`.
        case crowded
    }

    private let reader: MessageReader
    private let origin: Origin
    private let messages: MessageRecorder
    private var framing: any Framing
    /// The memory that is taken from the budget of unfinished messages.
    private(set) var reserved = 0
    /// How much all streams may take of it.
    ///
    /// A message as long as the limit must fit beside those of others.
    let memoryLimit: Int
    /// Of the last record that a step made, the reports about malformed messages included.
    private(set) var lastPosition: UInt64 = 0
    private var isAtStart = true
    /// How many messages there were so far.
    private(set) var messageCount = 0
    /// Whether silence may yet end a message.
    private(set) var awaitsSilence = false

    /// Makes the intake of one stream.
    ///
    /// - Parameters:
    ///   - reader: reads the messages.
    ///   - limit: how many bytes of one message are kept.
    ///   - origin: the sender.
    ///   - messages: records what is read.
    init(_ reader: MessageReader, limit: Int, from origin: Origin, _ messages: MessageRecorder) {
        self.reader = reader
        self.origin = origin
        self.messages = messages
        memoryLimit = max(MessageRecorder.bufferLimit, limit.multipliedReportingOverflow(by: 2).partialValue)
        framing = reader.format.parserType.makeFraming(limit: limit)
    }

    /// Whether a message has begun and is not complete.
    var hasUnfinished: Bool { !framing.buffered.isEmpty }

    /// Returns where another intake goes on; nil where it cannot.
    func suspend() -> FramingState? { framing.suspend() }

    /// Goes on where another intake was; to be called before all others.
    ///
    /// - Parameters:
    ///   - state: where the other one was.
    ///   - isAtStart: whether it had received nothing.
    /// - Returns: whether it can.
    mutating func resume(from state: FramingState, isAtStart: Bool) -> Bool {
        self.isAtStart = isAtStart
        guard framing.resume(from: state) else { return false }
        awaitsSilence = hasUnfinished
        // Where all take too much, the next step shows it.
        _ = reserveMemory()
        return true
    }

    /// Records the messages that are complete after a step.
    ///
    /// - Parameters:
    ///   - step: what happened to the stream.
    ///   - input: the bytes that came, if any.
    ///   - observer: learns when the output rejects one of the records.
    /// - Returns: what became of the messages.
    mutating func handle(_ step: Step, _ input: Span<UInt8>, by observer: any CommitObserver) -> Outcome {
        let position = messages.position
        defer { if messages.position != position { lastPosition = messages.position } }
        if step == .input { messages.countInput(input.count) }
        if isAtStart, step == .input {
            isAtStart = false
            if let foreign = ForeignProtocol(startOf: input) {
                reader.account.countReceived()
                messages.report(foreign, input, from: origin, reader.account)
                return .broken
            }
        }
        var sink = Sink(reader, origin, messages, observer)
        let isBroken = Self.takeMessages(&framing, step, input, &sink)
        if sink.messageCount > 0 {
            messageCount &+= sink.messageCount
            reader.account.countReceived(UInt64(sink.messageCount))
        }
        switch step {
        case .pause: awaitsSilence = hasUnfinished
        case .silence: awaitsSilence = false
        case .input, .end: break
        }
        let fits = reserveMemory()
        if isBroken { return .broken }
        guard fits else { return .crowded }
        return sink.hasMalformed ? .malformed : .good
    }

    /// Reports that the message that was begun is given up, since all together take too much memory.
    func reportCrowded() {
        let fault = MessageError("unfinished messages take more than \(memoryLimit) bytes of memory", .crowded)
        reader.account.countReceived()
        let buffered = framing.buffered
        messages.reportMalformed(buffered.span, length: buffered.count, from: origin, fault, reader.account)
    }

    /// Counts the message that was begun, whose end will never come: its connection is lost, which is recorded.
    func countUnfinished() {
        guard hasUnfinished else { return }
        reader.account.countReceived()
        reader.account.countMalformed(.incomplete)
    }

    /// Gives the memory back; to be called once, at the end.
    func release() {
        _ = messages.reserveBuffer(-reserved, total: 0, limit: memoryLimit)
    }

    /// - Returns: false where all streams take more memory than they may.
    private mutating func reserveMemory() -> Bool {
        // Memory rather than bytes: that is what there is only so much of.
        let needed = framing.buffered.capacity
        let growth = needed &- reserved
        reserved = needed
        return growth == 0 || messages.reserveBuffer(growth, total: needed, limit: memoryLimit)
    }

    /// Takes all messages that there are; generic, so that the framing is unpacked once and not for each of them.
    ///
    /// - Returns: whether the stream makes no sense from here on.
    private static func takeMessages(
        _ framing: inout some Framing,
        _ step: Step,
        _ input: Span<UInt8>,
        _ sink: inout Sink
    ) -> Bool {
        var index = 0
        while true {
            let event =
                switch step {
                case .input: framing.next(in: input, from: &index)
                case .pause: framing.pause()
                case .silence: framing.flushIdle()
                case .end: framing.end()
                }
            if event != nil { sink.messageCount &+= 1 }
            switch event {
            case .frame(let frame):
                switch frame.place {
                case .input(let range):
                    sink.record(input.extracting(range), frame)
                case .buffered(let range):
                    let buffered = framing.buffered
                    sink.record(buffered.span.extracting(range), frame)
                }
            case .malformed(let frame, let fault):
                sink.report(frame, input, framing.buffered, fault)
            case .broken(let frame, let fault):
                sink.report(frame, input, framing.buffered, fault)
                return true
            case nil:
                return false
            }
        }
    }

    /// Where messages go.
    private struct Sink {
        private let reader: MessageReader
        private let origin: Origin
        private let messages: MessageRecorder
        private let observer: any CommitObserver
        private let context: ReceiveContext
        private(set) var hasMalformed = false
        var messageCount = 0

        init(_ reader: MessageReader, _ origin: Origin, _ messages: MessageRecorder, _ observer: any CommitObserver) {
            self.reader = reader
            self.origin = origin
            self.messages = messages
            self.observer = observer
            context = messages.receiveContext()
        }

        mutating func record(_ message: Span<UInt8>, _ frame: Frame) {
            let context = context.of(frame)
            do throws(MessageError) {
                try messages.record(message, length: frame.length, with: reader, from: origin, by: observer, context)
            } catch {
                report(message, frame.length, error)
            }
        }

        mutating func report(_ frame: Frame, _ input: Span<UInt8>, _ buffered: [UInt8], _ fault: MessageError) {
            switch frame.place {
            case .input(let range): report(input.extracting(range), frame.length, fault)
            case .buffered(let range): report(buffered.span.extracting(range), frame.length, fault)
            }
        }

        mutating func report(_ message: Span<UInt8>, _ length: Int, _ fault: MessageError) {
            hasMalformed = true
            messages.reportMalformed(message, length: length, from: origin, fault, reader.account)
        }
    }
}
