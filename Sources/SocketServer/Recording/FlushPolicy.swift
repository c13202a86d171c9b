import Linux

/// Decides when the records that a thread made are handed over, as one batch.
///
/// To wake the writer costs more than to write. So records wait a little for others: longer when nothing waits for
/// their commit, shorter when something does and other members of the loop may have something to add.
struct FlushPolicy {
    enum Decision: Equatable {
        case flush
        /// Decide again in the iteration that begins then, or earlier.
        case wait(until: MonotonicTime)
        /// There are no records.
        case nothing
    }

    /// How long records wait for others when nothing waits for their commit.
    static let maxDelay = Duration.milliseconds(5)
    /// And when something does.
    static let maxAwaitedDelay = Duration.microseconds(200)

    /// When the records go out that wait.
    private(set) var due: MonotonicTime?

    /// Decides at the end of an iteration.
    ///
    /// - Parameters:
    ///   - hasRecords: whether there are records that are not handed over.
    ///   - isAwaited: whether the commit of one of them is the next that is waited for.
    ///   - waiters: how many wait for commits.
    ///   - members: how many there are on the loop; when all wait, none has anything to add.
    ///   - now: the time of the iteration.
    /// - Returns: what to do now; `due` has the time of the next decision.
    mutating func decide(
        hasRecords: Bool,
        isAwaited: Bool,
        waiters: Int,
        members: Int,
        at now: MonotonicTime
    ) -> Decision {
        guard hasRecords else {
            due = nil
            return .nothing
        }
        var due = due ?? now + Self.maxDelay
        if isAwaited { due = waiters >= members ? now : min(due, now + Self.maxAwaitedDelay) }
        guard now < due else {
            self.due = nil
            return .flush
        }
        self.due = due
        return .wait(until: due)
    }
}
