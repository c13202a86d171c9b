import Foundation
package import Linux
package import LogBackends
package import LogRecords
import Synchronization

/// Keeps messages in memory, and fails according to a script.
package final class MemoryBackend: LogBackend {
    /// Decides the outcome of a write; called with the number of records that are given and not done with.
    package typealias Script = @Sendable (_ count: Int) -> WriteOutcome
    /// Makes the bytes that are kept of a record.
    package typealias Encoding = @Sendable (_ record: borrowing LogRecord) -> [UInt8]

    package static let failure = SystemError("cannot write to", "memory", Errno(ENOSPC))

    private struct State {
        var script: Script?
        var committed: [[UInt8]] = []
        var rejected: [[UInt8]] = []
        var addresses: Set<UInt> = []
        var writes = 0
        var promptWrites = 0
        var closes = 0
        var checks = 0
        var violations: [String] = []
    }

    private let state: Mutex<State>
    private let encoding: Encoding
    /// How many records a write that must not wait takes; nil: the output has no such writes.
    private let promptness: (@Sendable (_ count: Int) -> Int)?
    private let paused = Atomic<Bool>(false)
    private let inWrite = Atomic<Bool>(false)
    private let inUse = Atomic<Bool>(false)

    package init(
        paused: Bool = false,
        script: Script? = nil,
        promptness: (@Sendable (_ count: Int) -> Int)? = nil,
        encoding: @escaping Encoding = { $0.message }
    ) {
        self.encoding = encoding
        self.promptness = promptness
        state = Mutex(State(script: script))
        self.paused.store(paused, ordering: .releasing)
    }

    // MARK: for the test

    package var committed: [String] { state.withLock { $0.committed }.map { String(decoding: $0, as: UTF8.self) } }
    package var rejected: [String] { state.withLock { $0.rejected }.map { String(decoding: $0, as: UTF8.self) } }
    package var committedCount: Int { state.withLock { $0.committed.count } }
    package var writes: Int { state.withLock { $0.writes } }
    /// Writes that must not wait, which `writes` does not count.
    package var promptWrites: Int { state.withLock { $0.promptWrites } }
    package var closes: Int { state.withLock { $0.closes } }
    package var checks: Int { state.withLock { $0.checks } }
    /// Calls that the contract of `LogOutput` does not allow.
    package var violations: [String] { state.withLock { $0.violations } }
    /// Where the batches' bytes were in memory.
    package var addresses: Set<UInt> { state.withLock { $0.addresses } }
    /// Whether a write waits for `release`, or is under way.
    package var isInWrite: Bool { inWrite.load(ordering: .acquiring) }

    /// Makes the next write wait.
    package func pause() {
        paused.store(true, ordering: .releasing)
    }

    package func release() {
        paused.store(false, ordering: .releasing)
    }

    package func follow(_ script: Script?) {
        state.withLock { $0.script = script }
    }

    // MARK: LogBackend

    package var summary: String { "memory" }

    package func makeEncoder() -> any LogEncoder { Encoder(encoding: encoding) }

    package func open() -> sending any LogOutput { Output(self) }

    private struct Encoder: LogEncoder {
        let encoding: Encoding

        func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
            bytes += encoding(record)
        }
    }

    private final class Output: LogOutput {
        private let backend: MemoryBackend

        init(_ backend: MemoryBackend) {
            self.backend = backend
        }

        func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
            backend.write(batches, skipping: skipped)
        }

        var canWriteWithoutWaiting: Bool { backend.promptness != nil }

        func writeWithoutWaiting(_ batch: LogBatch) -> Int { backend.writeWithoutWaiting(batch) }

        func check() {
            backend.state.withLock { $0.checks += 1 }
        }

        func close() {
            backend.state.withLock { $0.closes += 1 }
        }
    }

    private func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        use()
        inWrite.store(true, ordering: .releasing)
        defer {
            inWrite.store(false, ordering: .releasing)
            inUse.store(false, ordering: .releasing)
        }
        while paused.load(ordering: .acquiring) { usleep(500) }
        if batches.isEmpty || batches.contains(where: \.isEmpty) { note("an empty batch") }
        for (one, next) in zip(batches, batches.dropFirst()) where one.position + UInt64(one.count) != next.position {
            note("a gap behind position \(one.position)")
        }
        var records: [[UInt8]] = []
        for batch in batches {
            for index in 0..<batch.count { records.append(Array(batch.bytes[batch.range(of: index)])) }
        }
        records.removeFirst(skipped)
        let script = state.withLock { $0.script }
        let outcome = script?(records.count) ?? WriteOutcome(done: records.count)
        let refused = Set(outcome.rejected)
        state.withLock { state in
            state.writes += 1
            if state.closes > 0 { state.violations.append("a write after close") }
            for batch in batches {
                batch.bytes.withUnsafeBytes { _ = state.addresses.insert(UInt(bitPattern: $0.baseAddress)) }
            }
            for (index, record) in records[..<outcome.done].enumerated() {
                if refused.contains(index) {
                    state.rejected.append(record)
                } else {
                    state.committed.append(record)
                }
            }
        }
        return outcome
    }

    private func writeWithoutWaiting(_ batch: LogBatch) -> Int {
        use()
        defer { inUse.store(false, ordering: .releasing) }
        if batch.isEmpty { note("an empty batch") }
        let done = promptness?(batch.count) ?? 0
        state.withLock { state in
            state.promptWrites += 1
            if state.closes > 0 { state.violations.append("a write after close") }
            for index in 0..<done { state.committed.append(Array(batch.bytes[batch.range(of: index)])) }
        }
        return done
    }

    private func use() {
        if inUse.exchange(true, ordering: .acquiringAndReleasing) { note("two writes at once") }
    }

    private func note(_ breach: String) {
        state.withLock { $0.violations.append(breach) }
    }
}
