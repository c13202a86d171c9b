import Synchronization

/// The counts of one listener, kept by all threads and read by the daemon.
package final class ListenerMetrics: Sendable {
    /// What one thread has published.
    final class Published: Sendable {
        let counts = Mutex(MessageCounts())
    }

    let name: String
    let protocolName: String
    private let published = Mutex<[Published]>([])
    private let openCount = Atomic<Int>(0)
    private let acceptedCount = Atomic<UInt64>(0)
    private let refused = Mutex(ReasonCounts<RefusalReason>())
    private let handshakes = Mutex(ReasonCounts<HandshakeResult>())

    init(name: String, protocolName: String) {
        self.name = name
        self.protocolName = protocolName
    }

    /// Makes a place for the counts of one more thread.
    func makePublished() -> Published {
        let place = Published()
        published.withLock { $0.append(place) }
        return place
    }

    /// Counts a connection.
    func connectionOpened() {
        openCount.wrappingAdd(1, ordering: .relaxed)
        acceptedCount.wrappingAdd(1, ordering: .relaxed)
    }

    func connectionClosed() {
        openCount.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Counts a connection that was refused, after it was accepted.
    func connectionRefused(_ reason: RefusalReason) {
        refused.withLock { $0[reason] &+= 1 }
    }

    /// Counts a TLS handshake; one that has not become a connection is a refused connection, too.
    func handshakeEnded(_ result: HandshakeResult) {
        handshakes.withLock { $0[result] &+= 1 }
        if result != .completed { connectionRefused(.handshake) }
    }

    /// All counts, as of the threads' last iterations.
    var snapshot: ListenerSnapshot {
        var snapshot = ListenerSnapshot(name: name, protocolName: protocolName)
        for place in published.withLock({ $0 }) { snapshot.messages += place.counts.withLock { $0 } }
        snapshot.open = openCount.load(ordering: .relaxed)
        snapshot.accepted = acceptedCount.load(ordering: .relaxed)
        snapshot.refused = refused.withLock { $0 }
        snapshot.handshakes = handshakes.withLock { $0 }
        return snapshot
    }
}
