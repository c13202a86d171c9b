import LogBackends
import LogRecords
import Synchronization

/// Counts what is handed over, and keeps nothing.
final class CountingBackend: LogBackend {
    let batches = Atomic<Int>(0)
    let records = Atomic<Int>(0)
    let summary = "counts"

    func makeEncoder() -> any LogEncoder { Encoder() }
    func open() -> sending any LogOutput { Output(self) }

    private struct Encoder: LogEncoder {
        func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
            bytes += record.message
        }
    }

    private final class Output: LogOutput {
        private let backend: CountingBackend

        init(_ backend: CountingBackend) {
            self.backend = backend
        }

        func write(_ given: [LogBatch], skipping skipped: Int) -> WriteOutcome {
            let count = given.reduce(-skipped) { $0 + $1.count }
            backend.batches.wrappingAdd(given.count, ordering: .relaxed)
            backend.records.wrappingAdd(count, ordering: .releasing)
            return WriteOutcome(done: count)
        }

        func close() {}
    }
}
