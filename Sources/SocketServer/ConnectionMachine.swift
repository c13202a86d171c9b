package import NIOCore

/// The life of one stream connection, without its socket: events in, one action out.
///
/// The order is always: receive, record, wait until the record is committed, reply. What arrives in between waits
/// here, and `wantsInput` turns false until it has been taken up.
package struct ConnectionMachine {
    package enum Action: Equatable {
        case none
        /// Record what was received, then call `recorded`.
        case record(ByteBuffer)
        /// Call `hasSpace` when the pipeline has space.
        case awaitSpace
        /// Call `committed` when all records of this connection so far are committed.
        case awaitCommit
        /// Send, then call `sent`.
        case send(ByteBuffer)
        /// End our side of the stream; the machine throws away what still comes.
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

    /// What may arrive beyond the one receive that is answered, before the connection is closed all the same.
    package static let drainLimit = 256 * 1024

    private let spoken: any SocketProtocol
    private var state = State.receiving
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

    /// Whether more should be received from the socket now.
    package var wantsInput: Bool {
        switch state {
        case .receiving, .draining: true
        case .recording, .committing, .sending: spoken.repliesOnce ? drained <= Self.drainLimit : backlog.isEmpty
        case .pausing, .done: false
        }
    }

    /// Whether nothing more is to come.
    package var isDone: Bool { state == .done }

    /// The connection is open.
    package mutating func opened(isFull: Bool) -> Action {
        next(isFull: isFull)
    }

    /// The pipeline has space again.
    package mutating func hasSpace(isFull: Bool) -> Action {
        guard state == .pausing else { return .none }
        return next(isFull: isFull)
    }

    package mutating func received(_ bytes: ByteBuffer) -> Action {
        switch state {
        case .receiving:
            return take(bytes)
        case .pausing, .recording, .committing, .sending, .draining:
            guard spoken.repliesOnce, hasReceived else {
                backlog.append(bytes)
                return .none
            }
            drained += bytes.readableBytes
            return state == .draining && drained > Self.drainLimit ? end(.close) : .none
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
        guard !inputEnded, drained <= Self.drainLimit else { return end(.close) }
        state = .draining
        return .finish
    }

    /// The connection was closed, by whomever.
    package mutating func closed() {
        state = .done
    }

    /// Takes one receive's worth; the rest of what the socket gave waits, or is thrown away.
    private mutating func take(_ bytes: ByteBuffer) -> Action {
        var rest = bytes
        let taken = rest.readSlice(length: min(rest.readableBytes, spoken.receiveLimit)) ?? bytes
        if spoken.repliesOnce {
            drained += rest.readableBytes
        } else if rest.readableBytes > 0 {
            backlog.prepend(rest)
        }
        hasReceived = true
        state = .recording(taken)
        return .record(taken)
    }

    private mutating func next(isFull: Bool) -> Action {
        guard !isFull else {
            state = .pausing
            return .awaitSpace
        }
        if let bytes = backlog.popFirst() { return take(bytes) }
        if inputEnded { return endOfInput() }
        state = .receiving
        return .none
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
