import Glibc
import Linux
import LogRecords

/// Closes the connections of sources that have as many as they may; counts and records that.
///
/// Used on its loop's thread only.
final class ConnectionRefusals {
    private let connections: SourceConnections
    private let listener: StreamListener
    private let origin: Origin
    private let recorder: Recorder
    private let loop: EventLoop
    private var last = Source.unknown
    private lazy var report = LimitedReport(loop, every: .seconds(1)) { [weak self] in self?.record($0) }

    init(_ connections: SourceConnections, _ listener: StreamListener, _ origin: Origin, _ worker: SocketWorker) {
        self.connections = connections
        self.listener = listener
        self.origin = origin
        recorder = worker.recorder
        loop = worker.loop
    }

    /// Takes a place of its source for a connection; where there is none, it closes the connection.
    ///
    /// - Returns: whether there was one.
    func admits(_ connection: Int32, from peer: Peer, _ place: inout ConnectionPlace) -> Bool {
        let source = Source(peer)
        guard !place.take(of: source) else { return true }
        if listener.service.endConfirms {
            // As an orderly end would confirm. A Unix socket, which knows no SO_LINGER, fails what is sent from now on,
            // and resets what was sent before.
            SocketOption.setReset(connection)
        }
        close(connection)
        listener.metrics.connectionRefused(.tooMany)
        last = source
        report.add()
        return false
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        report.finish()
    }

    private func record(_ count: Int) {
        recorder.record(.connectionRefused, .warning, origin) { record in
            record.append("Connection refused at \(listener.name): \(last) has \(connections.limit) open, which is ")
            record.append("max_connections_per_source")
            if count > 1 { record.append("; the last of \(count) such refusals") }
            record.set(.heldBack, to: Int64(count))
        }
    }
}
