import Linux
import LogBackends
import LogRecords
import Synchronization
import TestSupport

/// A backend whose log is far away: pieces of batches are under way for a while, are stored in any order, some of their
/// records are rejected, and the connection breaks now and then.
///
/// A test decides what happens to the pieces under way, with `answer` and `disconnect`.
final class RemoteBackend: LogBackend {
    static let failure = SystemError("cannot write to", "remote", Errno(104))

    /// Some records, by their positions among all of the pipeline.
    struct Piece {
        let positions: Range<UInt64>
        let records: [String]
    }

    /// What the other end did with a piece.
    struct Answer {
        let positions: Range<UInt64>
        let rejected: [UInt64]
    }

    private struct State {
        var underWay: [Piece] = []
        var answers: [Answer] = []
        var isBroken = false
        var stored: [UInt64: String] = [:]
        var rejected: [UInt64: String] = [:]
        var decided: Set<String> = []
        var doubled = 0
        var mostUnderWay = 0
        var writes = 0
    }

    private let state = Mutex(State())
    private let waker = Waker()

    var summary: String { "remote" }

    func makeEncoder() -> any LogEncoder { Encoder() }
    func open() -> sending any LogOutput { Output(self) }

    private struct Encoder: LogEncoder {
        func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) { bytes += record.message }
    }

    // MARK: the other end

    var underWay: [Range<UInt64>] { state.withLock { $0.underWay.map(\.positions) } }
    var mostUnderWay: Int { state.withLock { $0.mostUnderWay } }
    var doubled: Int { state.withLock { $0.doubled } }
    var writes: Int { state.withLock { $0.writes } }
    /// All that is stored, in the order of positions.
    var stored: [String] { state.withLock { $0.stored.sorted { $0.key < $1.key }.map(\.value) } }
    var rejected: Set<String> { state.withLock { Set($0.rejected.values) } }
    /// Those of the texts that the other end has neither stored nor rejected.
    func undecided(_ texts: [String]) -> [String] {
        state.withLock { state in texts.filter { !state.decided.contains($0) } }
    }

    /// Stores one of the pieces under way except the records that are rejected, and sends the answer back.
    func answer(_ index: Int, rejecting isRejected: (String) -> Bool = { _ in false }) {
        state.withLock { state in
            guard state.underWay.indices.contains(index) else { return }
            let piece = state.underWay.remove(at: index)
            var rejected: [UInt64] = []
            for (position, text) in zip(piece.positions, piece.records) {
                if !state.decided.insert(text).inserted { state.doubled += 1 }
                if isRejected(text) {
                    rejected.append(position)
                    state.rejected[position] = text
                } else {
                    state.stored[position] = text
                }
            }
            state.answers.append(Answer(positions: piece.positions, rejected: rejected))
        }
        waker.wake()
    }

    /// Loses the records under way; the next write fails.
    func disconnect() {
        state.withLock { state in
            state.underWay = []
            state.isBroken = true
        }
        waker.wake()
    }

    // MARK: this end

    private final class Output: LogOutput {
        private static let pieceSize: UInt64 = 3

        private let remote: RemoteBackend
        /// Where the records begin that were never sent over this connection.
        private var unsent: UInt64 = 0
        /// Answers that came before those of earlier records.
        private var early: [Answer] = []

        init(_ remote: RemoteBackend) {
            self.remote = remote
        }

        var commitDescriptor: Int32? { remote.waker.descriptor }

        func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
            remote.waker.drain()
            let first = (batches.first?.position ?? 0) + UInt64(skipped)
            let (answers, isBroken) = remote.state.withLock { state in
                defer {
                    state.answers = []
                    state.isBroken = false
                    state.writes += 1
                }
                return (state.answers, state.isBroken)
            }
            early += answers
            if isBroken {
                unsent = first
            } else {
                for batch in batches { send(batch, from: max(unsent, first)) }
            }
            var outcome = outcome(from: first)
            if isBroken { outcome.failure = RemoteBackend.failure }
            return outcome
        }

        /// Sends the records from a position on that are not answered already, in pieces.
        private func send(_ batch: LogBatch, from start: UInt64) {
            let end = batch.position + UInt64(batch.count)
            var position = max(start, batch.position)
            while position < end {
                if let answered = early.first(where: { $0.positions.contains(position) }) {
                    position = answered.positions.upperBound
                    continue
                }
                // The next answered piece begins a new one.
                let next = early.map(\.positions.lowerBound).filter { $0 > position }.min() ?? end
                let pieceEnd = min(position + Self.pieceSize, end, next)
                let records = (position..<pieceEnd).map { position in
                    String(decoding: batch.bytes[batch.range(of: Int(position - batch.position))], as: UTF8.self)
                }
                let piece = Piece(positions: position..<pieceEnd, records: records)
                remote.state.withLock { state in
                    // A broken connection takes nothing; the next write fails.
                    guard !state.isBroken else { return }
                    state.underWay.append(piece)
                    state.mostUnderWay = max(state.mostUnderWay, state.underWay.count)
                }
                position = pieceEnd
            }
            unsent = max(unsent, end)
        }

        /// Counts the answers from the front on, as far as none is missing.
        private func outcome(from first: UInt64) -> WriteOutcome {
            var outcome = WriteOutcome(done: 0)
            early.sort { $0.positions.lowerBound < $1.positions.lowerBound }
            var position = first
            while let answer = early.first, answer.positions.lowerBound == position {
                outcome.rejected += answer.rejected.map { Int($0 - first) }
                position = answer.positions.upperBound
                early.removeFirst()
            }
            outcome.done = Int(position - first)
            return outcome
        }

        func close() {}
    }
}
