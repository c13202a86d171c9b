import Linux
import Synchronization

/// The thread that passes batches to the output.
final class LogWriter: Sendable {
    private static let retryDelays: [Duration] = [
        .milliseconds(10), .milliseconds(50), .milliseconds(200), .milliseconds(500),
    ]

    /// Transfers an output to the writer thread.
    private final class Handover: Sendable {
        private let output: Mutex<(any LogOutput)?>

        init(_ output: sending any LogOutput) {
            self.output = Mutex(output)
        }

        /// Returns the output the first time it is called.
        func take() -> sending (any LogOutput)? {
            output.withLock { output in
                let taken = output
                output = nil
                return taken
            }
        }
    }

    private let queue: LogQueue
    /// The output that will replace the current one.
    private let handover: Mutex<Handover?>
    private let beats = Atomic<UInt64>(0)
    private let beatsSeen = Atomic<UInt64>(0)
    private let isInOutput = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)

    init(queue: LogQueue, output: sending any LogOutput) {
        self.queue = queue
        handover = Mutex(Handover(output))
    }

    var isFinished: Bool { ended.load(ordering: .acquiring) }

    func start() throws(Errno) {
        try Thread.start(named: "log-writer") { [self] in run() }
    }

    func replaceOutput(with output: sending any LogOutput) {
        let newest = Handover(output)
        let superseded = handover.withLock { handover in
            defer { handover = newest }
            return handover
        }
        // It is not used any more: while a write hangs, each reload would keep one more file open.
        superseded?.take()?.close()
        queue.wakeWriter()
    }

    func isAlive() -> Bool {
        let now = beats.load(ordering: .relaxed)
        let before = beatsSeen.exchange(now, ordering: .relaxed)
        queue.wakeWriter()
        return now != before || isInOutput.load(ordering: .relaxed)
    }

    // MARK: on the thread

    private func run() {
        var output: (any LogOutput)?
        var window = WriteWindow()
        /// The number of consecutive writes that settled nothing.
        var attempt = 0
        /// Whether the output has accepted all records, and will commit them later.
        var isUnderWay = false
        /// When it was given the oldest of them.
        var start: MonotonicTime?
        while true {
            renew(&output)
            guard let current = output else { return }
            let filling = fill(&window, upTo: current.writeLimit, mayRest: window.isEmpty || isUnderWay)
            if window.isEmpty {
                if filling == .end { return end(&output) }
                queue.sleep(current.checkInterval, orReadable: current.checkDescriptor)
                inOutput { current.check() }
                continue
            }
            if filling != .added, isUnderWay {
                queue.sleep(Self.retryDelay(attempt), orReadable: current.commitDescriptor)
                isUnderWay = false
                continue
            }
            let writeStart = start ?? .now
            let outcome = inOutput { current.write(window.batches, skipping: window.skipped) }
            isUnderWay = outcome.done == 0 && outcome.failure == nil
            start = isUnderWay ? writeStart : nil
            acknowledge(outcome, after: isUnderWay ? nil : .now - writeStart, &window)
            attempt = outcome.done > 0 ? 0 : attempt + 1
            if outcome.failure != nil { queue.sleep(Self.retryDelay(attempt)) }
        }
    }

    private static func retryDelay(_ attempt: Int) -> Duration {
        retryDelays[min(attempt, retryDelays.count - 1)]
    }

    /// Switches to the output that was handed over last, and closes the one before it.
    private func renew(_ output: inout (any LogOutput)?) {
        beats.wrappingAdd(1, ordering: .relaxed)
        let newest = handover.withLock { handover in
            defer { handover = nil }
            return handover
        }
        guard let newest else { return }
        output?.close()
        output = newest.take()
    }

    private enum Filling {
        case added, nothing, end
    }

    /// Moves submitted batches to the window, up to a size in bytes.
    ///
    /// Afterwards only the window refers to the batches, so that their memory can be reused.
    private func fill(_ window: inout WriteWindow, upTo limit: Int, mayRest: Bool) -> Filling {
        switch queue.take(bytes: limit - window.bytes, mayRest: mayRest) {
        case .write(let submissions):
            window.add(submissions)
            return .added
        case .sleep: return .nothing
        case .end: return .end
        }
    }

    private func end(_ output: inout (any LogOutput)?) {
        renew(&output)
        output?.close()
        ended.store(true, ordering: .releasing)
    }

    /// Reports the result of a write to the queue, and to each producer its part.
    private func acknowledge(_ outcome: WriteOutcome, after time: Duration?, _ window: inout WriteWindow) {
        var finished: [LogBatch] = []
        let shares = window.acknowledge(outcome.done, &finished)
        queue.acknowledge(
            consume finished,
            done: outcome.done,
            rejected: outcome.rejected.count,
            failure: outcome.failure,
            after: time
        )
        for (account, records) in shares {
            let rejected = outcome.rejected.lazy.filter(records.contains).map { $0 - records.lowerBound }
            account.acknowledge(records.count, rejected: rejected)
        }
    }

    private func inOutput<Result>(_ call: () -> Result) -> Result {
        isInOutput.store(true, ordering: .relaxed)
        defer { isInOutput.store(false, ordering: .relaxed) }
        return call()
    }
}
