import Linux
import Synchronization

/// What producers hand over and the writer has not taken yet.
///
/// The lock is taken once for a batch, never for a record.
final class LogQueue: Sendable {
    struct Submission {
        var batch: LogBatch
        let account: LogProducer.Account
    }

    private struct State {
        var submissions: [Submission] = []
        var spares: [LogBatch] = []
        var accounts: [LogProducer.Account] = []
        var figures = LogFigures()
        var writerSleeps = false
        var producersWait = false
        var finishing = false
    }

    private static let spareLimit = 16
    private static let spareBytes = 256 * 1024

    private let capacity: Int
    private let state = Mutex(State())
    private let waitingBytes = Atomic<Int>(0)
    private let waker: Waker

    init(capacity: Int) {
        self.capacity = capacity
        self.waker = Waker()
    }

    // MARK: producers

    func register(_ account: LogProducer.Account) {
        state.withLock { $0.accounts.append(account) }
    }

    var isFull: Bool { waitingBytes.load(ordering: .relaxed) >= capacity }

    /// Remembers that a producer waits for space; it is notified when half of the capacity is free.
    ///
    /// - Returns: false when there is space already, and no notice will come.
    func waitForSpace() -> Bool {
        state.withLock { state in
            guard isFull else { return false }
            state.producersWait = true
            return true
        }
    }

    /// Takes the batch over and leaves an empty one in its place.
    func submit(_ batch: inout LogBatch, from account: LogProducer.Account) {
        let mustRing = state.withLock { state in
            batch.position = state.figures.received
            state.figures.received &+= UInt64(batch.count)
            state.figures.waitingBytes += batch.bytes.count
            waitingBytes.store(state.figures.waitingBytes, ordering: .relaxed)
            var replacement = state.spares.popLast() ?? LogBatch()
            replacement.calendar = batch.calendar
            swap(&batch, &replacement)
            state.submissions.append(Submission(batch: replacement, account: account))
            defer { state.writerSleeps = false }
            return state.writerSleeps
        }
        if mustRing { waker.wake() }
    }

    // MARK: the writer

    /// What the writer is to do next.
    enum Work {
        case write([Submission])
        case sleep
        case end
    }

    /// Takes submissions in order, about `bytes` in all.
    func take(bytes limit: Int) -> Work {
        state.withLock { state in
            guard !state.submissions.isEmpty else {
                if state.finishing { return .end }
                state.writerSleeps = true
                return .sleep
            }
            var count = 0
            var bytes = 0
            while count < state.submissions.count, bytes < limit {
                bytes += state.submissions[count].batch.bytes.count
                count += 1
            }
            let taken = Array(state.submissions[..<count])
            state.submissions.removeFirst(count)
            return .write(taken)
        }
    }

    /// Sleeps until something is handed over, `ring` is called, or the time is over.
    func sleep(_ time: Duration?) {
        waker.wait(time)
        state.withLock { $0.writerSleeps = false }
    }

    /// Wakes the writer.
    func ring() {
        waker.wake()
    }

    /// Notes what a write did, and gives the memory of finished batches back.
    func settle(_ finished: consuming [LogBatch], done: Int, rejected: Int, failure: SystemError?) {
        let woken: [LogProducer.Account] = state.withLock { state in
            state.figures.committed &+= UInt64(done - rejected)
            state.figures.rejected &+= UInt64(rejected)
            state.figures.failure = failure
            if failure != nil { state.figures.failures &+= 1 }
            while var batch = finished.popLast() {
                state.figures.waitingBytes -= batch.bytes.count
                if state.spares.count < Self.spareLimit {
                    batch.recycle(keeping: Self.spareBytes)
                    state.spares.append(batch)
                }
            }
            waitingBytes.store(state.figures.waitingBytes, ordering: .relaxed)
            guard state.producersWait, state.figures.waitingBytes <= capacity / 2 else { return [] }
            state.producersWait = false
            return state.accounts
        }
        for account in woken { account.notify() }
    }

    func finish() {
        state.withLock { $0.finishing = true }
        waker.wake()
    }

    var figures: LogFigures { state.withLock { $0.figures } }
}
