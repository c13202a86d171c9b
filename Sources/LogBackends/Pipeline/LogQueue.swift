import Linux
import Synchronization

/// The batches that producers have handed over and the writer has not taken yet.
///
/// The lock is taken once for each batch, never for each record.
final class LogQueue: Sendable {
    struct Submission {
        var batch: LogBatch
        let account: ProducerAccount
    }

    private struct State {
        var submissions: [Submission] = []
        var spares: [LogBatch] = []
        var accounts: [ProducerAccount] = []
        var metrics = PipelineMetrics()
        /// The backend whose encoders producers use; its generation is the number of backends before it.
        var backend: any LogBackend
        var generation: UInt64 = 0
        /// The number of waiting bytes at which the producers that wait for space are notified; nil: none waits.
        var resumeBytes: Int?
        var finishing = false
    }

    private static let spareLimit = 16
    /// The most memory of one array that is kept for further batches.
    private static let maxSpareBytes = 256 * 1024
    /// As much waits at most of senders that send much: about a millisecond of writing, which others' records wait for.
    private static let backlogBytes = 256 * 1024

    private let capacity: Int
    private let backlog: Int
    private let spareBytes: Int
    private let state: Mutex<State>
    private let waitingBytes = Atomic<Int>(0)
    private let currentGeneration = Atomic<UInt64>(0)
    /// Whether the next batch wakes the writer; changed with the lock only.
    private let writerSleeps = Atomic<Bool>(false)
    private let waker = Waker()

    init(capacity: Int, backend: any LogBackend) {
        self.capacity = capacity
        backlog = min(Self.backlogBytes, capacity)
        // Batches of one record may have much memory, which counts: small for a small queue.
        spareBytes = min(Self.maxSpareBytes, capacity / 64)
        state = Mutex(State(backend: backend))
    }

    // MARK: the backend

    /// The backend that makes encoders, and its generation.
    var backend: (any LogBackend, generation: UInt64) { state.withLock { ($0.backend, $0.generation) } }

    /// The generation of the backend in use, read without the lock.
    var generation: UInt64 { currentGeneration.load(ordering: .acquiring) }

    func replaceBackend(with backend: any LogBackend) {
        state.withLock { state in
            state.backend = backend
            state.generation &+= 1
            currentGeneration.store(state.generation, ordering: .releasing)
        }
    }

    // MARK: producers

    func register(_ account: ProducerAccount) {
        state.withLock { $0.accounts.append(account) }
    }

    var isFull: Bool { waitingBytes.load(ordering: .relaxed) >= capacity }

    /// Whether so much waits that those who send much should pause.
    var hasBacklog: Bool { waitingBytes.load(ordering: .relaxed) >= backlog }

    /// Records that a producer waits for space; the writer notifies it when half of the limit is free.
    ///
    /// - Parameter isBacklog: whether it waits for the end of the backlog, or only until the queue is not full.
    /// - Returns: false when there is space already; no notification follows then.
    func waitForSpace(isBacklog: Bool) -> Bool {
        let limit = isBacklog ? backlog : capacity
        return state.withLock { state in
            guard state.metrics.waitingBytes >= limit else { return false }
            state.resumeBytes = max(limit / 2, state.resumeBytes ?? 0)
            return true
        }
    }

    /// Takes the batch over and replaces it by an empty one.
    func submit(_ batch: inout LogBatch, from account: ProducerAccount) {
        let mustWake = state.withLock { state in
            state.submissions.append(receive(&batch, from: account, &state))
            return writerSleeps.exchange(false, ordering: .relaxed)
        }
        if mustWake { waker.wake() }
    }

    /// Takes the batch over for a write on the calling thread, in place of the writer.
    ///
    /// - Returns: nil when other batches wait, or the writer does not sleep; then the batch stays with the caller.
    func submitAlone(_ batch: inout LogBatch, from account: ProducerAccount) -> Submission? {
        state.withLock { state in
            guard writerIsIdle, state.submissions.isEmpty else { return nil }
            return receive(&batch, from: account, &state)
        }
    }

    private func receive(_ batch: inout LogBatch, from account: ProducerAccount, _ state: inout State) -> Submission {
        batch.position = state.metrics.received
        state.metrics.received &+= UInt64(batch.count)
        state.metrics.waitingBytes += batch.memory
        waitingBytes.store(state.metrics.waitingBytes, ordering: .relaxed)
        var replacement = state.spares.popLast() ?? LogBatch()
        swap(&batch, &replacement)
        return Submission(batch: replacement, account: account)
    }

    /// Whether the writer sleeps until there is a batch, read without the lock: it may just have been woken.
    var writerIsIdle: Bool { writerSleeps.load(ordering: .relaxed) }

    // MARK: the writer

    /// The writer's next step.
    enum Work {
        case write([Submission])
        case sleep
        case end
    }

    /// Takes submissions in order, about `bytes` in all.
    ///
    /// - Parameters:
    ///   - limit: takes no further submission from this size on; at 0, none at all.
    ///   - mayRest: whether the writer will call `sleep` when it gets none; the next submission then wakes it.
    /// - Returns: the submissions, or what the writer does without any.
    func take(bytes limit: Int, mayRest: Bool = true) -> Work {
        state.withLock { state in
            guard limit > 0, !state.submissions.isEmpty else {
                if state.finishing, state.submissions.isEmpty { return .end }
                writerSleeps.store(mayRest && limit > 0, ordering: .relaxed)
                return .sleep
            }
            var count = 0
            var bytes = 0
            while count < state.submissions.count, bytes < limit {
                bytes += state.submissions[count].batch.size
                count += 1
            }
            let taken = Array(state.submissions[..<count])
            state.submissions.removeFirst(count)
            return .write(taken)
        }
    }

    /// Sleeps until `wakeWriter` is called, the descriptor is readable, or the time is over; after `take` with `mayRest`
    /// also until a batch is submitted.
    func sleep(_ time: Duration?, orReadable descriptor: Int32? = nil) {
        waker.wait(time, orReadable: descriptor)
        state.withLock { _ in writerSleeps.store(false, ordering: .relaxed) }
    }

    /// Wakes the writer.
    func wakeWriter() {
        waker.wake()
    }

    /// Counts the result of a write, and reuses the memory of finished batches.
    ///
    /// - Parameters:
    ///   - finished: the batches whose records are all settled.
    ///   - done: how many records are newly settled.
    ///   - rejected: how many of them the output rejected.
    ///   - failure: why the write failed, if it did.
    ///   - time: how long it took; nil while the output goes on with it.
    func acknowledge(
        _ finished: consuming [LogBatch],
        done: Int,
        rejected: Int,
        failure: SystemError?,
        after time: Duration?
    ) {
        let woken: [ProducerAccount] = state.withLock { state in
            state.metrics.committed &+= UInt64(done - rejected)
            state.metrics.rejected &+= UInt64(rejected)
            state.metrics.failure = failure
            if let time { state.metrics.writeTimes.add(time) }
            if failure != nil { state.metrics.failures &+= 1 }
            while var batch = finished.popLast() {
                state.metrics.waitingBytes -= batch.memory
                if state.spares.count < Self.spareLimit {
                    batch.recycle(keeping: spareBytes)
                    state.spares.append(batch)
                }
            }
            waitingBytes.store(state.metrics.waitingBytes, ordering: .relaxed)
            guard let resumeBytes = state.resumeBytes, state.metrics.waitingBytes <= resumeBytes else { return [] }
            state.resumeBytes = nil
            return state.accounts
        }
        for account in woken { account.notify() }
    }

    func finish() {
        state.withLock { $0.finishing = true }
        waker.wake()
    }

    var metrics: PipelineMetrics { state.withLock { $0.metrics } }
}
