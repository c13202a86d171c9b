import Synchronization

/// How many connections each source has open at one listener, on all threads; it knows no more sources than there are
/// connections.
final class SourceConnections: Sendable {
    /// How many each may have.
    let limit: Int
    private let counts = Mutex<[Source: Int]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a place for a connection.
    ///
    /// - Returns: false when the source has as many as it may.
    func open(_ source: Source) -> Bool {
        counts.withLock { counts in
            let count = counts[source] ?? 0
            guard count < limit else { return false }
            counts[source] = count + 1
            return true
        }
    }

    /// Takes a place for a connection that is open already, also where none is left.
    func add(_ source: Source) {
        counts.withLock { $0[source, default: 0] += 1 }
    }

    func close(_ source: Source) {
        counts.withLock { counts in
            guard let count = counts[source] else { return }
            counts[source] = count > 1 ? count - 1 : nil
        }
    }
}
