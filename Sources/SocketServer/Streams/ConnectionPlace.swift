/// The place that a connection takes, from its acceptance to its end: among those of its listener, of all listeners
/// together, and of its source once that is known.
///
/// It is given back when the value ends, and so exactly once.
struct ConnectionPlace: ~Copyable {
    /// The connection's number, from 1, unique in one run of the daemon.
    let number: UInt64
    private let listener: StreamListener
    private let metrics: ServerMetrics
    private var source: Source?

    /// Takes the place of a connection that was accepted, with the slot that was acquired at its listener.
    init(at listener: StreamListener, _ metrics: ServerMetrics) {
        self.listener = listener
        self.metrics = metrics
        listener.metrics.connectionOpened()
        number = metrics.opened()
    }

    /// Takes the place of a connection that is open already, also where none is left.
    init(resumedFrom source: Source, at listener: StreamListener, _ metrics: ServerMetrics) {
        listener.takeSlot()
        listener.sourceConnections?.add(source)
        self.init(at: listener, metrics)
        self.source = source
    }

    deinit {
        metrics.closed()
        listener.metrics.connectionClosed()
        listener.releaseSlot()
        if let source { listener.sourceConnections?.close(source) }
    }

    /// Takes a place among those of a source; to be called once.
    ///
    /// - Returns: false when the source has as many as it may.
    mutating func take(of source: Source) -> Bool {
        guard listener.sourceConnections?.open(source) != false else { return false }
        self.source = source
        return true
    }
}
