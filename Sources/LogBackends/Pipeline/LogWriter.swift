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

    /// What is being written, and to what.
    private struct State {
        var output: (any LogOutput)?
        var window = WriteWindow()
        /// The number of consecutive writes that settled nothing.
        var attempt = 0
        /// Whether the output has accepted all records, and will commit them later.
        var isUnderWay = false
        /// When it was given the oldest of them.
        var start: MonotonicTime?
    }

    private let queue: LogQueue
    /// Locked by the thread while it does not sleep, and by producers that do not wait for it.
    private let state = Mutex(State())
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

    // MARK: on a producer's thread

    /// Writes a batch in place of the writer's thread, which sleeps; that thread writes what the output does not take now.
    ///
    /// Does not wait. Nothing else is queued or under way, so the order of all records stays as it is.
    ///
    /// - Returns: false when the batch is to be submitted.
    func writeWithoutWaiting(_ batch: inout LogBatch, from account: ProducerAccount) -> Bool {
        // Trying a lock that is taken may be a system call.
        guard queue.writerIsIdle else { return false }
        return state.withLockIfAvailable { state in
            guard let output = state.output, output.canWriteWithoutWaiting, state.window.isEmpty,
                handover.withLock({ $0 == nil }), submitAlone(&batch, from: account, to: &state.window)
            else { return false }
            let start = MonotonicTime.now
            let done = inOutput { output.writeWithoutWaiting(state.window.batches[0]) }
            let isComplete = done == state.window.batches[0].count
            let outcome = WriteOutcome(done: done)
            acknowledge(outcome, after: isComplete ? .now - start : nil, &state.window, notifies: false)
            if !isComplete {
                state.start = start
                queue.wakeWriter()
            }
            return true
        } ?? false
    }

    /// Afterwards only the window refers to the batch.
    private func submitAlone(
        _ batch: inout LogBatch,
        from account: ProducerAccount,
        to window: inout WriteWindow
    ) -> Bool {
        guard let submission = queue.submitAlone(&batch, from: account) else { return false }
        window.add([submission])
        return true
    }

    // MARK: on the thread

    /// What the thread does next.
    private enum Step {
        case write
        case sleep(Duration?, orReadable: Int32? = nil)
        /// Sleeps, and then calls `check` of the output.
        case rest(Duration?, orReadable: Int32?)
        case end
    }

    private func run() {
        while true {
            switch state.withLock({ step(&$0) }) {
            case .write: break
            case .sleep(let time, let descriptor): queue.sleep(time, orReadable: descriptor)
            case .rest(let time, let descriptor):
                queue.sleep(time, orReadable: descriptor)
                state.withLock { state in inOutput { state.output?.check() } }
            case .end: return
            }
        }
    }

    /// Writes once, unless there is nothing to write.
    private func step(_ state: inout State) -> Step {
        renew(&state.output)
        guard let output = state.output else { return .end }
        let mayRest = state.window.isEmpty || state.isUnderWay
        let filling = fill(&state.window, upTo: output.writeLimit, mayRest: mayRest)
        if state.window.isEmpty {
            if filling == .end {
                end(&state.output)
                return .end
            }
            return .rest(output.checkInterval, orReadable: output.checkDescriptor)
        }
        if filling != .added, state.isUnderWay {
            state.isUnderWay = false
            return .sleep(Self.retryDelay(state.attempt), orReadable: output.commitDescriptor)
        }
        let start = state.start ?? .now
        let outcome = inOutput { output.write(state.window.batches, skipping: state.window.skipped) }
        state.isUnderWay = outcome.done == 0 && outcome.failure == nil
        state.start = state.isUnderWay ? start : nil
        acknowledge(outcome, after: state.isUnderWay ? nil : .now - start, &state.window)
        state.attempt = outcome.done > 0 ? 0 : state.attempt + 1
        return outcome.failure == nil ? .write : .sleep(Self.retryDelay(state.attempt))
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
        output = nil
        ended.store(true, ordering: .releasing)
    }

    /// Reports the result of a write to the queue, and to each producer its part.
    private func acknowledge(
        _ outcome: WriteOutcome,
        after time: Duration?,
        _ window: inout WriteWindow,
        notifies: Bool = true
    ) {
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
            account.acknowledge(records.count, rejected: rejected, notifies: notifies)
        }
    }

    private func inOutput<Result>(_ call: () -> Result) -> Result {
        isInOutput.store(true, ordering: .relaxed)
        defer { isInOutput.store(false, ordering: .relaxed) }
        return call()
    }
}
