import Linux

/// Measures the silence of one connection, and decides which action is due after how much of it.
struct IdleTimer {
    enum Due: Equatable {
        case nothing
        /// The peer has sent nothing for a while.
        case quiet
        /// The peer kept us waiting for too long.
        case timeout(Wait)
        /// The peer has had its reply and enough time to take it.
        case end
    }

    enum Wait: Equatable {
        case input, output
    }

    /// How long a peer that has got its reply may take to end its side.
    static let drainTime = Duration.seconds(2)
    /// After so long a silence nothing is under way: what a peer sends bit by bit is one message.
    static let quietTime = Duration.milliseconds(250)

    /// A client that has been silent for so long is not waited for when the daemon stops: one that has just connected has
    /// the time to send what it came for.
    static let stopTime = Duration.seconds(1)

    /// Nil: a connection may be silent without a limit.
    private let timeout: Duration?
    private var lastActivity: MonotonicTime

    init(timeout: Duration?, at now: MonotonicTime) {
        self.timeout = timeout
        lastActivity = now
    }

    mutating func noteActivity(at now: MonotonicTime) {
        lastActivity = now
    }

    /// Whether the peer has been silent for so long that a stop need not wait for it.
    func mayStop(at now: MonotonicTime) -> Bool { now - lastActivity >= Self.stopTime }

    /// Returns the action that is due in a state of the connection.
    func due(in state: ConnectionMachine.State, at now: MonotonicTime) -> Due {
        let silence = now - lastActivity
        switch state {
        case .receiving:
            if isTimeout(silence) { return .timeout(.input) }
            return silence >= Self.quietTime ? .quiet : .nothing
        case .sending: return isTimeout(silence) ? .timeout(.output) : .nothing
        case .draining: return silence >= Self.drainTime ? .end : .nothing
        case .pausing, .committing, .suspending, .done: return .nothing
        }
    }

    /// When something may be due if nothing happens until then; nil: nothing will be.
    ///
    /// - Parameters:
    ///   - state: of the connection.
    ///   - awaitsQuiet: whether something is to be done when the peer is quiet.
    ///   - overdue: when a message that is received should be complete; nil: never.
    /// - Returns: the time.
    func nextDue(
        in state: ConnectionMachine.State,
        awaitsQuiet: Bool,
        overdue: MonotonicTime? = nil
    ) -> MonotonicTime? {
        switch state {
        case .receiving:
            let due = awaitsQuiet ? lastActivity + Self.quietTime : timeout.map { lastActivity + $0 }
            guard let overdue else { return due }
            return min(due ?? overdue, overdue)
        case .sending: return timeout.map { lastActivity + $0 }
        case .draining: return lastActivity + Self.drainTime
        case .pausing, .committing, .suspending, .done: return nil
        }
    }

    private func isTimeout(_ silence: Duration) -> Bool {
        timeout.map { silence >= $0 } ?? false
    }
}
