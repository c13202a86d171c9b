import Linux
import Synchronization

/// The thread that gives batches to the backend.
final class LogWriter: Sendable {
    /// One write takes about this much, so that the first records of a long queue need not wait for the last.
    private static let writeBytes = 1024 * 1024
    private static let retryDelays: [Duration] = [
        .milliseconds(10), .milliseconds(50), .milliseconds(200), .milliseconds(500),
    ]

    private let queue: LogQueue
    /// The one in use, and behind it those that are to take its place.
    private let backends: Mutex<[any LogBackend]>
    private let beats = Atomic<UInt64>(0)
    private let beatsSeen = Atomic<UInt64>(0)
    private let isInBackend = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)

    init(queue: LogQueue, backend: any LogBackend) {
        self.queue = queue
        self.backends = Mutex([backend])
    }

    /// The one that is in use, or will be.
    var backend: any LogBackend { backends.withLock { $0[$0.count - 1] } }
    var isFinished: Bool { ended.load(ordering: .acquiring) }

    func start() throws(Errno) {
        try Thread.start(named: "log-writer") { [self] in run() }
    }

    func replaceBackend(with backend: any LogBackend) {
        backends.withLock { $0.append(backend) }
        queue.ring()
    }

    func isAlive() -> Bool {
        let now = beats.load(ordering: .relaxed)
        let before = beatsSeen.exchange(now, ordering: .relaxed)
        queue.ring()
        return now != before || isInBackend.load(ordering: .relaxed)
    }

    // MARK: on the thread

    private func run() {
        var backend = self.backend
        while true {
            refresh(&backend)
            switch queue.take(bytes: Self.writeBytes) {
            case .write(let submissions):
                write(consume submissions, to: &backend)
            case .sleep:
                queue.sleep(backend.checkInterval)
                inBackend { backend.check() }
            case .end:
                refresh(&backend)
                backend.close()
                ended.store(true, ordering: .releasing)
                return
            }
        }
    }

    /// Takes up the backend that was put in the place of the one in use last, and closes all before it.
    private func refresh(_ backend: inout any LogBackend) {
        beats.wrappingAdd(1, ordering: .relaxed)
        let replaced = backends.withLock { backends in
            let replaced = Array(backends.dropLast())
            backends.removeFirst(replaced.count)
            return replaced
        }
        guard !replaced.isEmpty else { return }
        for backend in replaced { backend.close() }
        backend = self.backend
    }

    private func write(_ submissions: consuming [LogQueue.Submission], to backend: inout any LogBackend) {
        var batches = submissions.map(\.batch)
        var accounts = submissions.map(\.account)
        // Only memory that nothing else refers to can be used again.
        _ = consume submissions
        var skipped = 0
        var attempt = 0
        while !batches.isEmpty {
            let outcome = inBackend { backend.write(batches, skipping: skipped) }
            let progress = BatchProgress(batches.map(\.count), skipped: skipped, done: outcome.done)
            let finished = Array(batches[..<progress.finished])
            batches.removeFirst(progress.finished)
            queue.settle(
                consume finished,
                done: outcome.done,
                rejected: outcome.rejected.count,
                failure: outcome.failure
            )
            var first = 0
            for (account, count) in zip(accounts, progress.settled) where count > 0 {
                let range = first..<(first + count)
                account.settle(count, rejected: outcome.rejected.lazy.filter(range.contains).map { $0 - first })
                first += count
            }
            accounts.removeFirst(progress.finished)
            skipped = progress.skipped
            attempt = outcome.done > 0 ? 0 : attempt + 1
            if outcome.failure != nil || outcome.done == 0 {
                queue.sleep(Self.retryDelays[min(attempt, Self.retryDelays.count - 1)])
            }
            refresh(&backend)
        }
    }

    private func inBackend<Result>(_ call: () -> Result) -> Result {
        isInBackend.store(true, ordering: .relaxed)
        defer { isInBackend.store(false, ordering: .relaxed) }
        return call()
    }
}

/// How a number of records that are done spreads over batches.
struct BatchProgress: Equatable {
    /// Batches from the front that are done with.
    private(set) var finished = 0
    /// Records that are newly done with, by batch.
    private(set) var settled: [Int] = []
    /// Records done with in the first batch that is not finished.
    private(set) var skipped: Int

    /// - Parameters:
    ///   - counts: the number of records in each batch.
    ///   - skipped: how many of the first batch were done with before.
    ///   - done: how many more are now.
    init(_ counts: [Int], skipped: Int, done: Int) {
        self.skipped = skipped
        var rest = done
        for count in counts where finished == settled.count {
            let open = count - self.skipped
            guard rest >= open else {
                settled.append(rest)
                self.skipped += rest
                return
            }
            settled.append(open)
            rest -= open
            finished += 1
            self.skipped = 0
        }
    }
}
