/// The life of one stream connection, without its socket: events in, one action out.
///
/// The order is always: receive, record, wait until the record is committed, reply. Nothing is received while a reply
/// is due: what arrives meanwhile stays with the kernel, and its sender feels that.
package struct ConnectionMachine {
    package enum Action: Equatable {
        case none
        /// Call `hasSpace` when the pipeline has space.
        case awaitSpace
        /// Call `committed` when all records of this connection so far are committed.
        case awaitCommit
        /// Send, record, then call `sent`.
        case send([UInt8])
        /// End our side of the stream; what still comes is received and thrown away.
        case finish
        /// Close; the stream ends orderly.
        case close
        /// Close so that the peer sees a reset: all that came is recorded, but the peer has not ended its side.
        case abandon
        /// Close so that the peer sees a reset: its messages could not be read, or its records not be committed.
        case reset
        /// Leave the socket to the next process: all that was received is committed.
        case handOver
    }

    /// The event that the connection waits for.
    package enum State: Equatable {
        /// Input of the peer.
        case receiving
        /// Space in the pipeline.
        case pausing
        /// The commits before the reply; nil: before the orderly end.
        case committing(reply: [UInt8]?)
        /// The commits before the hand-over to the next process.
        case suspending
        /// The peer's taking of the reply.
        case sending
        /// The peer's end of the stream; ours is out.
        case draining
        case done
    }

    /// How much may arrive after the reply before the connection is closed all the same.
    package static let drainLimit = 256 * 1024

    /// The protocol that replies to data; nil where clients send messages, which are never replied to.
    private let exchange: (any ExchangeProtocol)?
    /// Whether an orderly end confirms; then it is the answer to the peer's own end only.
    let endConfirms: Bool
    private var hasReceived = false
    private(set) var inputEnded = false
    /// A message of the peer's could not be read: there is no orderly end any more.
    package private(set) var hasMalformed = false
    private var drained = 0
    /// Whether the stream ends after the answers that are being sent.
    private var areLastAnswers = false
    /// Whether nothing more is received, while answers are due.
    private var isEnding = false

    package private(set) var state = State.receiving

    package init(serving service: Service) {
        exchange = service.exchange
        endConfirms = service.endConfirms
    }

    package var isReceiving: Bool {
        if case .receiving = state { true } else { false }
    }

    package var isSending: Bool {
        if case .sending = state { true } else { false }
    }

    package var isDraining: Bool {
        if case .draining = state { true } else { false }
    }

    /// The size of the reply that waits for commits, in bytes.
    package var replySize: Int {
        if case .committing(let reply) = state { reply?.count ?? 0 } else { 0 }
    }

    /// Whether answers to messages can be sent now.
    package var takesAnswers: Bool {
        switch state {
        case .receiving, .pausing, .committing: true
        case .suspending, .sending, .draining, .done: false
        }
    }

    /// Whether the stream ends when all messages are answered.
    package var awaitsLastAnswers: Bool {
        if case .committing = state { true } else { false }
    }

    /// Whether the socket should be read now.
    package var wantsInput: Bool { isReceiving || isDraining }

    /// The most bytes that the next receive may take.
    package var receiveLimit: Int { isDraining ? .max : exchange?.receiveLimit ?? .max }

    /// Whether one reply ends our side of the stream.
    package var repliesOnce: Bool { exchange?.repliesOnce ?? false }

    /// Whether the next input has a record, the end of the stream included.
    package func records(endOfInput: Bool) -> Bool {
        isReceiving && (!endOfInput || repliesToSilence)
    }

    /// The connection is open.
    package mutating func opened(isFull: Bool) -> Action {
        next(isFull: isFull)
    }

    /// The pipeline has space again.
    package mutating func hasSpace(isFull: Bool) -> Action {
        state == .pausing ? next(isFull: isFull) : .none
    }

    /// The pipeline has no space: nothing is to be received now.
    package mutating func becameFull() -> Action {
        state == .receiving ? next(isFull: true) : .none
    }

    /// A message of the peer's could not be read; what follows can.
    package mutating func receivedMalformed() {
        hasMalformed = true
    }

    /// The stream makes no sense any more.
    package mutating func broken() -> Action {
        hasMalformed = true
        return state == .receiving ? end(.reset) : .none
    }

    /// Bytes came, and are recorded where they should be.
    package mutating func received(_ bytes: Span<UInt8>, isFull: Bool) -> Action {
        switch state {
        case .receiving:
            hasReceived = true
            guard let reply = exchange?.reply(to: bytes) else { return next(isFull: isFull) }
            state = .committing(reply: reply)
            return .awaitCommit
        case .draining:
            drained += bytes.count
            return drained > Self.drainLimit ? end(.close) : .none
        case .pausing, .committing, .suspending, .sending, .done:
            return .none
        }
    }

    /// The peer ended its side of the stream.
    package mutating func inputClosed() -> Action {
        inputEnded = true
        switch state {
        case .receiving:
            state = .committing(reply: repliesToSilence ? exchange?.reply(to: Span()) : nil)
            return .awaitCommit
        case .draining:
            return end(.close)
        case .pausing, .committing, .suspending, .sending, .done:
            return .none
        }
    }

    /// The daemon stops, and the next process is to go on: receives nothing more.
    ///
    /// Where the peer has ended its side, the connection goes on to its end.
    package mutating func suspended() -> Action {
        guard exchange == nil, state == .receiving || state == .pausing else { return .none }
        state = .suspending
        return .awaitCommit
    }

    /// The peer was silent, or did not take its reply, for too long.
    package mutating func timedOut() -> Action {
        switch state {
        case .receiving:
            state = .committing(reply: nil)
            return .awaitCommit
        case .sending, .draining:
            return end(.close)
        case .pausing, .committing, .suspending, .done:
            return .none
        }
    }

    /// All records of the connection so far are settled.
    ///
    /// - Parameter success: false when one of them will never be committed.
    /// - Returns: what to do now.
    package mutating func committed(_ success: Bool) -> Action {
        if state == .suspending { return end(success ? .handOver : .reset) }
        guard case .committing(let reply) = state else { return .none }
        guard success, !hasMalformed else { return end(.reset) }
        guard let reply else { return end(endConfirms && !inputEnded ? .abandon : .close) }
        state = .sending
        return .send(reply)
    }

    /// Answers to messages are due.
    ///
    /// - Parameters:
    ///   - answers: their bytes, which may be none.
    ///   - areLast: whether the stream ends with them.
    /// - Returns: what the caller does with them.
    package mutating func answer(_ answers: [UInt8], areLast: Bool) -> Action {
        guard takesAnswers else { return .none }
        guard !answers.isEmpty else { return areLast ? end(.close) : .none }
        areLastAnswers = areLast
        isEnding = awaitsLastAnswers
        state = .sending
        return .send(answers)
    }

    package mutating func sent(isFull: Bool) -> Action {
        guard state == .sending else { return .none }
        guard repliesOnce || areLastAnswers else {
            guard isEnding else { return next(isFull: isFull) }
            state = .committing(reply: nil)
            return .none
        }
        // Both sides are done: there is nothing to drain.
        guard !inputEnded else { return end(.close) }
        state = .draining
        return .finish
    }

    /// The connection is closed.
    package mutating func closed() {
        state = .done
    }

    private var repliesToSilence: Bool { repliesOnce && !hasReceived }

    private mutating func next(isFull: Bool) -> Action {
        state = isFull ? .pausing : .receiving
        return isFull ? .awaitSpace : .none
    }

    private mutating func end(_ action: Action) -> Action {
        state = .done
        return action
    }
}
