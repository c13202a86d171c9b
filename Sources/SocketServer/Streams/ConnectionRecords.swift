import Linux
import LogFormats
import LogRecords

/// The records of one connection: of its events, and of the data or the messages that its peer sends.
struct ConnectionRecords: ~Copyable {
    /// Records the events.
    var log: ConnectionLog
    private let recorder: Recorder
    private let memory: HeldMemory
    /// The memory of a reply that waits, in bytes.
    private var replyMemory = 0
    /// Nil where the peer sends data rather than messages.
    private var intake: StreamIntake?
    /// How many messages there were so far.
    private(set) var messageCount = 0
    /// Nil where messages are not answered.
    private var session: RELPIntake?
    /// No answer is due before this position is settled.
    private var holdPosition: UInt64 = 0

    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - proxy: the proxy that named the peer, if any.
    ///   - number: of the connection.
    ///   - listener: what accepted it.
    ///   - reader: reads the messages; nil where the peer sends data.
    ///   - worker: the thread that serves the connection.
    ///   - tls: the session of the connection; nil where it is plain.
    init(
        of peer: Peer,
        through proxy: Peer?,
        number: UInt64,
        _ listener: StreamListener,
        _ reader: MessageReader?,
        _ worker: SocketWorker,
        _ tls: TLSStream?
    ) {
        let log = ConnectionLog(of: peer, through: proxy, number: number, listener, worker, tls)
        self.log = log
        recorder = worker.recorder
        memory = worker.memory
        guard let reader else { return }
        if listener.service.acknowledges {
            session = RELPIntake(reader, listener.limits, from: log.origin, log.source, worker)
        } else {
            intake = StreamIntake(reader, listener.limits, from: log.origin, log.source, worker)
        }
    }

    /// The position of the last record of data.
    private var dataPosition: UInt64 = 0

    /// The position of the last record; 0: there is none.
    var lastPosition: UInt64 { max(log.lastPosition, intake?.lastPosition ?? session?.lastPosition ?? 0) }

    /// Whether all that came so far is committed or rejected.
    var areSettled: Bool {
        recorder.commits.isSettled(through: intake?.lastPosition ?? session?.lastPosition ?? dataPosition)
    }

    /// Whether the peer sends messages, rather than data.
    var areMessages: Bool { intake != nil }

    /// Whether silence may yet end a message.
    var awaitSilence: Bool { intake?.awaitsSilence ?? false }

    /// Whether something is to be done when the peer is quiet: a message may end, or memory be released.
    var awaitQuiet: Bool { awaitSilence || intake?.keepsMemory ?? false }

    /// Whether all messages that the peer began are complete; data has none.
    var areBetweenMessages: Bool { !(intake?.hasUnfinished ?? session?.hasUnfinished ?? false) }

    /// Whether the peer sends data, rather than messages.
    var areData: Bool { intake == nil && session == nil }

    /// Records the data, or the messages that are complete after a step.
    ///
    /// - Parameters:
    ///   - step: what happened to the stream.
    ///   - input: the bytes that came, if any.
    ///   - now: the present time.
    ///   - observer: learns when the output rejects one of the records.
    /// - Returns: what became of messages; data is always good.
    mutating func take(
        _ step: StreamIntake.Step,
        _ input: Span<UInt8>,
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) -> StreamIntake.Outcome {
        if let outcome = intake?.handle(step, input, at: now, by: observer) {
            messageCount = intake?.messageCount ?? 0
            return outcome
        }
        if let outcome = session?.handle(step, input, at: now, by: observer) {
            messageCount = session?.messageCount ?? 0
            return outcome
        }
        if step == .input {
            log.recordReceived(input, by: observer)
            dataPosition = log.lastPosition
        }
        return .good
    }

    /// Whether the beginning of a message may be left with the kernel; see `StreamIntake.look`.
    var mayLeave: Bool { intake?.mayLeave ?? false }

    /// Whether the beginning of a message is left with the kernel.
    var haveLeft: Bool { intake?.leftCount ?? 0 > 0 }

    /// Records the messages that are complete in bytes that were peeked at; see `StreamIntake.look`, whose parameters
    /// these are.
    mutating func look(
        at input: Span<UInt8>,
        _ closing: PeekClosing,
        maxLeft: Int,
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) -> (outcome: StreamIntake.Outcome, taken: Int)? {
        defer { messageCount = intake?.messageCount ?? 0 }
        return intake?.look(at: input, closing, maxLeft: maxLeft, at: now, by: observer)
    }

    /// Counts the message that was begun, whose end will never come.
    func countUnfinished() { intake?.countUnfinished() }

    // MARK: the hand-over to the next process

    /// Returns where the next process goes on; nil where it cannot.
    func suspend() -> FramingState? { intake?.suspend() }

    /// Goes on where an earlier process has stopped.
    ///
    /// - Parameter state: where it has stopped.
    /// - Returns: false when the intake is not of the same kind, or its settings do not allow it.
    mutating func resume(from state: ConnectionState) -> Bool {
        log.started = MonotonicTime(nanoseconds: state.started)
        guard state.protocolName == log.origin.protocolName else { return false }
        return intake?.resume(from: state.framing, isAtStart: state.bytesReceived == 0) ?? false
    }

    // MARK: time

    /// When the message that has begun should be complete; nil: there is none, or it has no limit.
    var nextOverdue: MonotonicTime? { intake?.nextOverdue ?? session?.nextOverdue }

    /// Whether a message has begun and should have been complete by now.
    func areOverdue(at now: MonotonicTime) -> Bool { nextOverdue.map { now >= $0 } ?? false }

    /// The stream was not read until now: that time does not count for the message that has begun.
    mutating func prolong(at now: MonotonicTime) {
        intake?.prolong(at: now)
        session?.prolong(at: now)
    }

    // MARK: memory

    /// The memory of the unfinished message, or of the reply that waits, in bytes.
    var heldMemory: Int { intake?.reserved ?? session?.reserved ?? replyMemory }

    /// Holds the memory of a reply until it is sent.
    ///
    /// - Parameter size: in bytes; 0: it is sent.
    /// - Returns: false when too much memory is held.
    mutating func holdReply(_ size: Int) -> Bool {
        memory.add(size &- replyMemory)
        replyMemory = size
        return size == 0 || !memory.isExceeded
    }

    /// Releases the memory that is kept for the next message.
    mutating func releaseMemory() { intake?.releaseMemory() }

    /// Reports that the unfinished message is given up, because all together take too much memory.
    func reportCrowded() {
        intake?.reportCrowded()
        session?.reportCrowded()
    }

    /// Reports that a message was begun, and will not be complete.
    func reportUnfinished(_ reason: String) { intake?.reportUnfinished(reason) }

    /// Gives the memory back; nothing can be taken any more.
    mutating func release() {
        intake.take()?.release()
        _ = holdReply(0)
        session.take()?.release()
    }

    // MARK: answers

    /// Whether the messages are answered one by one.
    var areAnswered: Bool { session != nil }

    /// How many answers the peer has not got.
    var owedAnswers: Int { session?.owed ?? 0 }

    /// The position of the last record that an answer waits for.
    var answerPosition: UInt64 { max(holdPosition, session?.lastOwedPosition ?? 0) }

    /// Whether so few answers are owed that more messages may come.
    var mayTakeMore: Bool { owedAnswers < RELPIntake.maxOwed }

    /// Records that the output rejected messages; no answer is due before that is settled.
    mutating func recordRejection() {
        log.recordRejection()
        holdPosition = recorder.position
    }

    /// Takes the answers that are due; the last ones where nothing more is received and none is owed.
    ///
    /// - Parameters:
    ///   - settled: up to where all records are settled.
    ///   - isEnding: whether nothing more is received.
    ///   - byPeer: whether the peer ended the stream; otherwise it learns that it ends.
    /// - Returns: their bytes, and whether they are the last ones; nil while a rejection is not recorded.
    mutating func takeAnswers(
        through settled: UInt64,
        isEnding: Bool,
        byPeer: Bool
    ) -> (bytes: [UInt8], areLast: Bool)? {
        guard settled >= holdPosition else { return nil }
        var bytes: [UInt8] = []
        if session?.takeAnswers(through: settled, into: &bytes) == true { return (bytes, true) }
        guard isEnding, owedAnswers == 0 else { return (bytes, false) }
        if !byPeer { bytes.append(RELPAnswer.serverClose) }
        return (bytes, true)
    }

    /// Records data that was sent; answers to messages are no data.
    mutating func recordSent(_ data: [UInt8], by observer: any CommitObserver) {
        if session == nil { log.recordSent(data.span, by: observer) }
    }
}
