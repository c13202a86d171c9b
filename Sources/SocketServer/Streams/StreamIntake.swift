import Linux
import LogFormats
import LogRecords

/// Takes the messages out of one stream and has them recorded: owns the framing, its memory, and the time that a message
/// may take.
final class StreamIntake {
    /// An event of the stream.
    enum Step {
        /// Bytes came.
        case input
        /// Nothing more is there for now.
        case pause
        /// Nothing more has come for a while.
        case silence
        /// The message has been incomplete for too long; see `nextOverdue`.
        case overdue
        /// Nothing more comes: what was begun counts.
        case end
    }

    enum Outcome {
        case good
        /// A message could not be read; what follows can.
        case malformed
        /// The stream makes no sense from here on.
        case broken
        /// The message took too long to become complete, and is given up.
        case overdue
        /// Too much memory is held; see `SocketWorker.makeRoom`.
        case crowded
    }

    let reader: MessageReader
    let origin: Origin
    private let source: SourceCount
    let messages: MessageRecorder
    private let memory: HeldMemory
    private var timer: MessageTimer
    // Unchecked, because asking costs more than the access: a framing calls nothing.
    @exclusivity(unchecked) var framing: any Framing
    /// The memory that is held, in bytes.
    private(set) var reserved = 0
    /// Of the last record that a step made, the reports about malformed messages included.
    var lastPosition: UInt64 = 0
    private var isAtStart = true
    /// How many messages there were so far.
    private(set) var messageCount = 0
    /// Whether silence may yet end a message.
    var awaitsSilence = false
    /// How many bytes of the message that has begun are left with the kernel, which only `look` does.
    var leftCount = 0

    /// Makes the intake of one stream.
    ///
    /// - Parameters:
    ///   - reader: reads the messages.
    ///   - limits: of the listener.
    ///   - origin: the sender.
    ///   - peer: the sender, as limits know it.
    ///   - worker: the thread that serves the stream.
    init(_ reader: MessageReader, _ limits: ListenerLimits, from origin: Origin, _ peer: Source, _ worker: SocketWorker)
    {
        self.reader = reader
        self.origin = origin
        source = worker.metrics.sources.count(of: peer)
        messages = worker.messages
        memory = worker.memory
        timer = MessageTimer(timeout: limits.messageTimeout)
        framing = reader.format.parserType.makeFraming(limit: limits.messageLimit)
    }

    /// Whether a message has begun and is not complete.
    var hasUnfinished: Bool { framing.isWithinMessage || leftCount > 0 }

    /// Returns where another intake goes on; nil where it cannot.
    func suspend() -> FramingState? { framing.suspend() }

    /// Goes on where another intake was; to be called before all others.
    ///
    /// - Parameters:
    ///   - state: where the other one was.
    ///   - isAtStart: whether it had received nothing.
    /// - Returns: whether it can.
    func resume(from state: FramingState, isAtStart: Bool) -> Bool {
        self.isAtStart = isAtStart
        guard framing.resume(from: state) else { return false }
        awaitsSilence = hasUnfinished
        timer.note(hasUnfinished: hasUnfinished, isNew: true, at: .now)
        // Where all take too much, the next step shows it.
        _ = reserveMemory()
        return true
    }

    /// Records the messages that are complete after a step.
    ///
    /// - Parameters:
    ///   - step: what happened to the stream.
    ///   - input: the bytes that came, if any.
    ///   - now: the present time.
    ///   - observer: learns when the output rejects one of the records.
    /// - Returns: what became of the messages.
    func handle(
        _ step: Step,
        _ input: Span<UInt8>,
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) -> Outcome {
        let position = messages.position
        defer { if messages.position != position { lastPosition = messages.position } }
        if step == .input {
            messages.countInput(input.count)
            leftCount = 0
            if isForeign(input) { return .broken }
        }
        var sink = MessageSink(reader, origin, messages, observer)
        let isBroken = Self.takeMessages(&framing, step, input, &sink)
        switch step {
        case .pause: awaitsSilence = hasUnfinished
        case .silence: awaitsSilence = false
        case .input, .overdue, .end: break
        }
        if step == .overdue, hasUnfinished {
            count(sink)
            report(timer.fault)
            return .overdue
        }
        return finish(sink, isBroken: isBroken, at: now)
    }

    /// Takes note of what a step has brought.
    func finish(_ sink: MessageSink, isBroken: Bool, at now: MonotonicTime) -> Outcome {
        count(sink)
        timer.note(hasUnfinished: hasUnfinished, isNew: sink.messageCount > 0, at: now)
        let fits = reserveMemory()
        if isBroken { return .broken }
        guard fits else { return .crowded }
        return sink.hasMalformed ? .malformed : .good
    }

    private func count(_ sink: MessageSink) {
        guard sink.messageCount > 0 else { return }
        messageCount &+= sink.messageCount
        reader.account.countReceived(UInt64(sink.messageCount), from: source)
    }

    /// Finds out from the first bytes whether the stream is of another protocol, and reports that.
    func isForeign(_ input: Span<UInt8>) -> Bool {
        guard isAtStart else { return false }
        isAtStart = false
        guard let foreign = ForeignProtocol(startOf: input) else { return false }
        reader.account.countReceived(from: source)
        messages.report(foreign, input, from: origin, reader.account)
        return true
    }

    // MARK: time

    /// When the message that has begun should be complete; nil: there is none, or it has no limit.
    var nextOverdue: MonotonicTime? { timer.due }

    /// The stream was not read until now: what has begun has all its time from now on.
    func prolong(at now: MonotonicTime) {
        timer.prolong(at: now)
    }

    // MARK: memory

    /// Reports that the message that has begun is given up, since too much memory is held; nothing where none has.
    func reportCrowded() {
        guard hasUnfinished else { return }
        report(memory.fault)
    }

    /// Whether memory is kept for the next message.
    var keepsMemory: Bool { reserved > 0 && !hasUnfinished }

    /// Releases the memory that is kept for the next message.
    func releaseMemory() {
        guard keepsMemory else { return }
        framing.releaseMemory()
        _ = reserveMemory()
    }

    /// Counts the message that has begun, whose end will never come: its connection is lost, which is recorded.
    func countUnfinished() {
        guard hasUnfinished else { return }
        reader.account.countReceived(from: source)
        reader.account.countMalformed(.incomplete)
    }

    /// Reports that a message was begun, if one was, and will not be complete.
    func reportUnfinished(_ reason: String) {
        guard hasUnfinished else { return }
        report(MessageError(reason, .incomplete))
    }

    /// Gives the memory back; to be called once, at the end.
    func release() {
        memory.add(-reserved)
    }

    /// - Returns: false where it has grown, and too much is held.
    private func reserveMemory() -> Bool {
        memory.change(&reserved, to: HeldMemory.memory(of: framing.buffered))
    }

    /// Reports the message that has begun.
    private func report(_ fault: MessageError) {
        reader.account.countReceived(from: source)
        let buffered = framing.buffered
        messages.reportMalformed(buffered.span, length: buffered.count, from: origin, fault, reader.account)
    }

    /// Takes all messages that there are; generic, so that the framing is unpacked once and not for each of them.
    ///
    /// - Returns: whether the stream makes no sense from here on.
    private static func takeMessages(
        _ framing: inout some Framing,
        _ step: Step,
        _ input: Span<UInt8>,
        _ sink: inout MessageSink
    ) -> Bool {
        var index = 0
        while true {
            let event =
                switch step {
                case .input: framing.next(in: input, from: &index)
                case .pause: framing.pause()
                case .silence: framing.flushIdle()
                case .overdue: framing.flushOverdue()
                case .end: framing.end()
                }
            // Moved rather than copied, which counts the references of its text.
            guard let event = consume event else { return false }
            if sink.take(consume event, input, framing.buffered) { return true }
        }
    }
}
