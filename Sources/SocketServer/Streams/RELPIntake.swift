import LogFormats
import LogRecords

/// Takes the messages out of one RELP session and has them recorded: owns the session, the answers that are owed, and
/// the share of the memory for unfinished messages.
struct RELPIntake {
    /// As many messages librelp's client sends before it waits for an answer.
    static let window = 128
    /// From so many answers on that are owed, the connection is not read.
    static let maxOwed = 1024

    private let reader: MessageReader
    private let origin: Origin
    private let messages: MessageRecorder
    private var session: RELPSession
    private var answers = AnswerQueue()
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
    ///   - limit: how many bytes of one message are kept.
    ///   - origin: the connection.
    ///   - worker: the thread that serves the connection.
    init(_ reader: MessageReader, limit: Int, from origin: Origin, _ worker: SocketWorker) {
        self.reader = reader
        self.origin = origin
        messages = worker.messages
        memory = worker.memory
        session = RELPSession(limit: limit)
    }

    /// Whether a frame has begun and is not complete.
    var hasUnfinished: Bool { session.hasUnfinished }

    /// How many answers are owed.
    var owed: Int { answers.count }

    /// The position of the last record that an answer waits for; 0: of none.
    var lastOwedPosition: UInt64 { answers.lastPosition }

    /// Records the messages that the input completes.
    ///
    /// Only input makes messages: what the end of the stream cuts off was not answered, and comes again.
    ///
    /// - Parameters:
    ///   - step: what happened to the stream.
    ///   - input: the bytes that came, if any.
    ///   - observer: learns when the output rejects one of the records.
    /// - Returns: what became of the messages.
    mutating func handle(
        _ step: StreamIntake.Step,
        _ input: Span<UInt8>,
        by observer: any CommitObserver
    ) -> StreamIntake.Outcome {
        guard step == .input else { return .good }
        let position = messages.position
        defer { if messages.position != position { lastPosition = messages.position } }
        if isAtStart {
            isAtStart = false
            if let foreign = ForeignProtocol(startOf: input) {
                reader.account.countReceived()
                messages.report(foreign, input, from: origin, reader.account)
                return .broken
            }
        }
        var sink = MessageSink(reader, origin, messages, observer)
        let isBroken = takeFrames(of: input, &sink)
        messageCount &+= sink.messageCount
        reader.account.countReceived(UInt64(sink.messageCount))
        if isBroken { return .broken }
        return reserveMemory() ? .good : .crowded
    }

    /// Takes all frames that there are.
    ///
    /// A message that cannot be read is answered, too: it will never become readable.
    ///
    /// - Returns: whether the stream makes no sense from here on.
    private mutating func takeFrames(of input: Span<UInt8>, _ sink: inout MessageSink) -> Bool {
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
    mutating func takeAnswers(through position: UInt64, into output: inout [UInt8]) -> Bool {
        answers.takeDue(through: position, into: &output)
    }

    /// Reports that the message that has begun is given up, since too much memory is held; nothing where none has.
    func reportCrowded() {
        guard hasUnfinished else { return }
        let reason = "unfinished messages take more than \(memory.limit) bytes of memory (memory_limit)"
        reader.account.countReceived()
        let (buffered, fault) = (session.buffered, MessageError(reason, .crowded))
        messages.reportMalformed(buffered.span, length: buffered.count, from: origin, fault, reader.account)
    }

    /// Gives the memory back; to be called once, at the end.
    func release() {
        memory.add(-reserved)
    }

    /// - Returns: false where too much memory is held.
    private mutating func reserveMemory() -> Bool {
        memory.change(&reserved, to: HeldMemory.memory(of: session.buffered))
    }
}
