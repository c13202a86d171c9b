import Linux
import LogFormats
import LogRecords

/// Takes the messages out of one RELP session and has them recorded: owns the session, the answers that are owed, the
/// share of the memory for unfinished messages, and the time that a message may take.
final class RELPIntake {
    /// As many messages librelp's client sends before it waits for an answer.
    static let window = 128
    /// From so many answers on that are owed, the connection is not read.
    static let maxOwed = 1024

    private let reader: MessageReader
    private let origin: Origin
    private let source: SourceCount
    private let messages: MessageRecorder
    // Unchecked, because asking costs more than the access: a session calls nothing.
    @exclusivity(unchecked) private var session: RELPSession
    private var answers = AnswerQueue()
    private var timer: MessageTimer
    private let memory: HeldMemory
    /// The memory that is held, in bytes.
    private(set) var reserved = 0
    /// The position of the last record that a step made, the reports about malformed messages included.
    private(set) var lastPosition: UInt64 = 0
    private var isAtStart = true
    /// How many messages there were so far.
    private(set) var messageCount = 0

    /// Makes an intake of a new connection.
    ///
    /// - Parameters:
    ///   - reader: reads the messages.
    ///   - limits: of the listener.
    ///   - origin: the connection.
    ///   - peer: the sender, as limits know it.
    ///   - worker: the thread that serves the connection.
    init(_ reader: MessageReader, _ limits: ListenerLimits, from origin: Origin, _ peer: Source, _ worker: SocketWorker)
    {
        self.reader = reader
        self.origin = origin
        source = worker.metrics.sources.count(of: peer)
        messages = worker.messages
        memory = worker.memory
        session = RELPSession(limit: limits.messageLimit)
        timer = MessageTimer(timeout: limits.messageTimeout)
    }

    /// Whether a frame has begun and is not complete.
    var hasUnfinished: Bool { session.hasUnfinished }

    /// How many answers are owed.
    var owed: Int { answers.count }

    /// The position of the last record that an answer waits for; 0: of none.
    var lastOwedPosition: UInt64 { answers.lastPosition }

    /// When the frame that has begun should be complete; nil: there is none, or it has no limit, or it is not read.
    var nextOverdue: MonotonicTime? { owed < Self.maxOwed ? timer.due : nil }

    /// The stream was not read until now: what has begun has all its time from now on.
    func prolong(at now: MonotonicTime) {
        timer.prolong(at: now)
    }

    /// Records the messages that the input completes.
    ///
    /// Only input makes messages: what the end of the stream cuts off was not answered, and comes again.
    ///
    /// - Parameters:
    ///   - step: what happened to the stream.
    ///   - input: the bytes that came, if any.
    ///   - now: the present time.
    ///   - observer: learns when the output rejects one of the records.
    /// - Returns: what became of the messages.
    func handle(
        _ step: StreamIntake.Step,
        _ input: Span<UInt8>,
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) -> StreamIntake.Outcome {
        let position = messages.position
        defer { if messages.position != position { lastPosition = messages.position } }
        if step == .overdue, hasUnfinished {
            report(timer.fault)
            return .overdue
        }
        guard step == .input else { return .good }
        if isAtStart {
            isAtStart = false
            if let foreign = ForeignProtocol(startOf: input) {
                reader.account.countReceived(from: source)
                messages.report(foreign, input, from: origin, reader.account)
                return .broken
            }
        }
        var sink = MessageSink(reader, origin, messages, observer)
        let isBroken = takeFrames(of: input, &sink)
        messageCount &+= sink.messageCount
        reader.account.countReceived(UInt64(sink.messageCount), from: source)
        timer.note(hasUnfinished: hasUnfinished, isNew: sink.messageCount > 0, at: now)
        if isBroken { return .broken }
        return reserveMemory() ? .good : .crowded
    }

    /// Takes all frames that there are.
    ///
    /// A message that cannot be read is answered, too: it will never become readable.
    ///
    /// - Returns: whether the stream makes no sense from here on.
    private func takeFrames(of input: Span<UInt8>, _ sink: inout MessageSink) -> Bool {
        var index = 0
        while let event = session.next(in: input, from: &index) {
            switch event {
            case .message(let frame, let answer):
                switch frame.place {
                case .input(let range):
                    sink.record(input.extracting(range), frame)
                case .buffered(let range):
                    let buffered = session.buffered
                    sink.record(buffered.span.extracting(range), frame)
                }
                answers.add(answer, after: messages.position)
            case .answer(let answer):
                answers.add(answer, after: messages.position)
            case .broken(let frame, let fault):
                sink.report(frame, input, session.buffered, fault)
                return true
            }
        }
        return false
    }

    /// Takes the answers that are due.
    ///
    /// - Parameters:
    ///   - position: up to which all records are settled.
    ///   - output: the bytes of the answers are appended to it.
    /// - Returns: whether the session ends with the last of them.
    func takeAnswers(through position: UInt64, into output: inout [UInt8]) -> Bool {
        if owed >= Self.maxOwed { timer.prolong(at: .now) }
        return answers.takeDue(through: position, into: &output)
    }

    /// Reports that the message that has begun is given up, since too much memory is held; nothing where none has.
    func reportCrowded() {
        guard hasUnfinished else { return }
        report(memory.fault)
    }

    private func report(_ fault: MessageError) {
        reader.account.countReceived(from: source)
        let buffered = session.buffered
        messages.reportMalformed(buffered.span, length: buffered.count, from: origin, fault, reader.account)
    }

    /// Gives the memory back; to be called once, at the end.
    func release() {
        memory.add(-reserved)
    }

    /// - Returns: false where too much memory is held.
    private func reserveMemory() -> Bool {
        memory.change(&reserved, to: HeldMemory.memory(of: session.buffered))
    }
}
