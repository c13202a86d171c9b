package import NIOCore

/// The life of one stream connection, without its socket: events in, one action out.
///
/// The order is always: receive, record, wait until the record is committed, reply. Nothing is received while a
/// reply is due, except where the system hands over the rest of a stream that the peer has ended; that waits here.
package struct ConnectionMachine {
    package enum Action: Equatable {
        case none
        /// Ask for one more receive.
        case read
        /// Record what was received, then call `recorded`.
        case record(ByteBuffer)
        /// Call `proceed` when the pipeline has space.
        case awaitSpace
        /// Call `committed` when all records of this connection so far are committed.
        case awaitCommit
        /// Send, then call `sent`.
        case send(ByteBuffer)
        /// End our side of the stream and read on; the machine is draining.
        case finish
        /// Close; the stream ends orderly.
        case close
        /// Close so that the peer sees a reset: its records could not be committed.
        case reset
    }

    private enum State: Equatable {
        /// Waiting for input.
        case receiving
        /// Holding back until the pipeline has space.
        case pausing
        /// The handler records what was received.
        case recording(ByteBuffer)
        /// Waiting for commits before the reply; nil: before the orderly end.
        case committing(reply: ByteBuffer?)
        case sending
        /// Our side is ended; what still comes is thrown away.
        case draining
        case done
    }

    /// What may arrive after the reply before the connection is closed all the same.
    package static let drainLimit = 256 * 1024

    private let spoken: any SocketProtocol
    private var state = State.pausing
    private var backlog = CircularBuffer<ByteBuffer>(initialCapacity: 0)
    private var inputEnded = false
    private var hasReceived = false
    private var drained = 0

    package init(speaking spoken: any SocketProtocol) {
        self.spoken = spoken
    }

    /// What the connection waits for now; it decides which deadline holds.
    package enum Phase {
        case peer
        case peerTakesReply
        case peerEnds
        case ourselves
    }

    package var phase: Phase {
        switch state {
        case .receiving: .peer
        case .sending: .peerTakesReply
        case .draining: .peerEnds
        case .pausing, .recording, .committing, .done: .ourselves
        }
    }

    /// The connection is open, or the pipeline has space again.
    package mutating func proceed(isFull: Bool) -> Action {
        guard state == .pausing else { return .none }
        return next(isFull: isFull)
    }

    package mutating func received(_ bytes: ByteBuffer) -> Action {
        switch state {
        case .receiving:
            return take(bytes)
        case .draining:
            drained += bytes.readableBytes
            guard drained <= Self.drainLimit else { return end(.close) }
            return .read
        case .pausing, .recording, .committing, .sending:
            backlog.append(bytes)
            return .none
        case .done:
            return .none
        }
    }

    package mutating func inputClosed() -> Action {
        inputEnded = true
        switch state {
        case .receiving: return endOfInput()
        case .draining: return end(.close)
        case .pausing, .recording, .committing, .sending, .done: return .none
        }
    }

    package mutating func recorded(isFull: Bool) -> Action {
        guard case .recording(let bytes) = state else { return .none }
        guard let reply = spoken.reply(to: bytes) else { return next(isFull: isFull) }
        state = .committing(reply: reply)
        return .awaitCommit
    }

    /// - Parameter success: false when a record of the exchange will never be committed.
    package mutating func committed(_ success: Bool) -> Action {
        guard case .committing(let reply) = state else { return .none }
        guard success else { return end(.reset) }
        guard let reply else { return end(.close) }
        state = .sending
        return .send(reply)
    }

    package mutating func sent(isFull: Bool) -> Action {
        guard state == .sending else { return .none }
        guard spoken.repliesOnce else { return next(isFull: isFull) }
        backlog.removeAll()
        guard !inputEnded else { return end(.close) }
        state = .draining
        return .finish
    }

    /// The connection was closed, by whomever.
    package mutating func closed() {
        state = .done
    }

    private mutating func take(_ bytes: ByteBuffer) -> Action {
        hasReceived = true
        state = .recording(bytes)
        return .record(bytes)
    }

    private mutating func next(isFull: Bool) -> Action {
        guard !isFull else {
            state = .pausing
            return .awaitSpace
        }
        if let bytes = backlog.popFirst() { return take(bytes) }
        if inputEnded { return endOfInput() }
        state = .receiving
        return .read
    }

    private mutating func endOfInput() -> Action {
        if spoken.repliesOnce, !hasReceived { return take(ByteBuffer()) }
        state = .committing(reply: nil)
        return .awaitCommit
    }

    private mutating func end(_ action: Action) -> Action {
        state = .done
        return action
    }
}
