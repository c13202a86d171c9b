import Linux

/// Readiness, time and turns of one thread.
///
/// It knows sockets and records only by the protocols that it calls.
///
/// # How the loop works
///
/// One thread runs one loop and all that lives on it, so nothing on it needs a lock. An iteration is
///
/// 1. `poll`: sleep until a descriptor is ready, or a deadline of a ticker or of the caller has come, and read the clock,
///    once; then call the `EventSource` of each descriptor that is ready.
/// 2. The tasks of other threads (`Mailbox`).
/// 3. The observers of records that are committed, and those that wait for space in the pipeline (`CommitTracker`).
/// 4. `callDue`: call the tickers whose deadline has come. Without a deadline the loop sleeps until something happens.
/// 5. Hand over the records that the iteration made, now or a little later (`FlushPolicy`).
/// 6. `resumeMembers`: call each `LoopMember` that has more to do, for about half a millisecond; the others come first in
///    the next iteration.
/// 7. After a small round of reading, rest, so that the next one brings more (`ReadPacing`).
///
/// `SocketWorker` puts these steps together. Only 1 and 7 sleep. A connection's descriptor is watched edge-triggered,
/// once for its whole life: it notes that it can receive until a receive has shown that it cannot, and receives only
/// when its state wants input. A member takes a bounded turn; one that could go on says so by `resumeLater` and goes on
/// in the next iteration, which does not sleep. Descriptors of listeners are watched level-triggered, and not at all
/// while there is no room for what they bring.
final class EventLoop {
    /// The handle by which a member removes itself.
    struct Membership {
        fileprivate let id: MemberTable.ID
        fileprivate let token: Poller.Token
    }

    /// Deadlines come at full steps of this, so that many that are near each other are one wake-up.
    private static let step = Duration.milliseconds(50)
    /// How often all members are asked while the daemon stops.
    private static let roundTime = Duration.milliseconds(250)
    /// How long members that have more to do go on before others are looked at.
    private static let turnsTime = Duration.microseconds(500)

    let poller: Poller
    /// The time when the present iteration began.
    private(set) var now = MonotonicTime.now
    /// Whether the daemon stops: the listeners bring in no more.
    private(set) var isStopping = false

    // Unchecked, because asking costs more than the accesses: neither calls back.
    @exclusivity(unchecked) private var members = MemberTable()
    @exclusivity(unchecked) private var deadlines = DeadlineQueue()
    private var listeners: [any LoopListener] = []
    /// While the daemon stops: when all members are asked next whether they have ended what they had under way.
    private var nextRound: MonotonicTime?

    init(_ poller: Poller) {
        self.poller = poller
    }

    // MARK: an iteration

    /// Whether a member has more to do.
    var hasReadyMembers: Bool { members.hasReady }

    /// Waits until there is something to do, and gives those their turn that are ready.
    ///
    /// - Parameter deadline: when to return in any case; nil: when there is something to do.
    func poll(until deadline: MonotonicTime?) {
        // Events after a long sleep are not to be dated from before it.
        poller.wait(timeToSleep(until: deadline)) { now = .now }
        // New work, such as the data of a new connection, comes before members that have more to do.
        if members.hasReady { poller.wait(.zero) {} }
    }

    /// Gives members their turn that have more to do, for a limited time.
    ///
    /// - Returns: whether there were any.
    func resumeMembers() -> Bool {
        guard members.hasReady else { return false }
        let end = MonotonicTime.now + Self.turnsTime
        for _ in 0..<members.readyCount {
            members.takeReady()?.resume()
            guard MonotonicTime.now < end else { break }
        }
        return true
    }

    /// Calls the tickers whose deadline has come.
    func callDue() {
        // What is scheduled meanwhile is due later than now.
        while let ticker = deadlines.takeFirst(dueAt: now) { ticker.tick() }
        guard let round = nextRound, now >= round else { return }
        nextRound = now + Self.roundTime
        forEachMember { $0.tick() }
    }

    private func timeToSleep(until deadline: MonotonicTime?) -> Duration? {
        guard !members.hasReady else { return .zero }
        var due = deadlines.first
        if let deadline { due = min(due ?? deadline, deadline) }
        if let nextRound, members.count > 0 { due = min(due ?? nextRound, nextRound) }
        return due.map { max(.zero, $0 - MonotonicTime.now) }
    }

    /// By number, because members come and go meanwhile.
    func forEachMember(_ body: (any LoopMember) -> Void) {
        var index = 0
        while index < members.endIndex {
            if let member = members[index] { body(member) }
            index += 1
        }
    }

    // MARK: members

    var memberCount: Int { members.count }

    /// Takes in a member, and watches its descriptor.
    ///
    /// - Throws: why the descriptor cannot be watched.
    func add(
        _ member: any LoopMember,
        watching descriptor: Int32,
        for interest: Readiness
    ) throws(Errno) -> Membership {
        let token = try poller.add(descriptor, interest, member)
        return Membership(id: members.insert(member), token: token)
    }

    /// Removes a member, whose descriptor is to be closed next.
    func remove(_ membership: Membership) {
        poller.release(membership.token)
        forget(membership)
    }

    /// Removes a member whose descriptor stays open.
    func remove(_ membership: Membership, leaving descriptor: Int32) {
        poller.remove(descriptor, membership.token)
        forget(membership)
    }

    private func forget(_ membership: Membership) {
        members.remove(membership.id)
        for listener in listeners { listener.memberRemoved() }
    }

    /// Calls the member's `resume` in the next iteration: it had its turn, and others wait.
    func resumeLater(_ membership: Membership) {
        members.markReady(membership.id)
    }

    /// Ends all members, and what listeners have under way.
    func abort() {
        forEachMember { $0.abort() }
        for listener in listeners { listener.abort() }
    }

    // MARK: deadlines

    /// Calls the ticker's `tick` once: at a time or less than a quarter of a second later, or at the earlier time that was
    /// asked for before.
    func schedule(_ ticker: any Ticker, by time: MonotonicTime) {
        if let present = deadlines.deadline(of: ticker), present <= time { return }
        let time = max(time, now)
        let rest = time.nanoseconds % Self.step.wholeNanoseconds
        deadlines.set(ticker, to: time + (Self.step - .nanoseconds(rest)))
    }

    /// The same, so much after now.
    func schedule(_ ticker: any Ticker, after delay: Duration) {
        schedule(ticker, by: now + delay)
    }

    /// Does not call the ticker until it is scheduled again.
    func cancel(_ ticker: any Ticker) {
        deadlines.remove(ticker)
    }

    // MARK: listeners

    func open(_ listener: any LoopListener) {
        listeners.append(listener)
        listener.start()
    }

    /// Stops all listeners.
    ///
    /// To be followed by `finishListeners` until all are done.
    func stopListeners() {
        isStopping = true
        nextRound = now + Self.roundTime
        for listener in listeners { listener.stop() }
    }

    /// Goes on with what the listeners have under way, and removes those that are done.
    ///
    /// - Returns: whether all are.
    func finishListeners() -> Bool {
        listeners.removeAll { $0.finish() }
        return listeners.isEmpty
    }
}
