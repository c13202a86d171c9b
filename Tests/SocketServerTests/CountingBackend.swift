import LogBackends
import LogRecords
import Synchronization

/// Counts what is handed over, and keeps nothing.
final class CountingBackend: LogBackend {
    let batches = Atomic<Int>(0)
    let records = Atomic<Int>(0)
    let summary = "counts"

    func encode(_ record: borrowing LogRecord, into batch: inout LogBatch) {
        batch.bytes += record.message
    }

    func write(_ given: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        let count = given.reduce(-skipped) { $0 + $1.count }
        batches.wrappingAdd(given.count, ordering: .relaxed)
        records.wrappingAdd(count, ordering: .releasing)
        return WriteOutcome(done: count)
    }

    func close() {}
}
