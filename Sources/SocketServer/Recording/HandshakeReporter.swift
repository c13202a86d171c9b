import LogRecords

/// Records TLS handshakes that failed, at a limited rate for each source.
///
/// Used on its loop's thread only.
final class HandshakeReporter {
    /// As many bytes of plain text are shown.
    private static let dataBytes = 64

    private let recorder: Recorder
    private let connections: ConnectionReporter
    private let reports: SourceReports

    /// Makes the reporter of one thread.
    ///
    /// - Parameters:
    ///   - loop: of the thread.
    ///   - recorder: of the thread.
    ///   - connections: decides which connections have records that end before their handshake.
    init(_ loop: EventLoop, recorder: Recorder, _ connections: ConnectionReporter) {
        self.recorder = recorder
        self.connections = connections
        reports = SourceReports(of: .handshakeFailed, .warning, loop, recorder) {
            "\($0) more TLS handshakes with \($1) failed"
        }
    }

    /// Reports a handshake that failed.
    ///
    /// - Parameters:
    ///   - reason: what the peer did.
    ///   - origin: of the connection.
    func report(_ reason: String, from origin: Origin) {
        reports.report(from: origin) { $0.append("TLS handshake with \(origin.peerText) failed: \(reason)") }
    }

    /// Reports a client without TLS.
    ///
    /// - Parameters:
    ///   - start: the first bytes that it sent.
    ///   - origin: of the connection.
    func report(plainText start: Span<UInt8>, from origin: Origin) {
        reports.report(from: origin) { record in
            record.append(
                "Plain text on a TLS listener: \(origin.peerText) sent no TLS to listener \(origin.listener), "
            )
            record.append("but \"")
            record.append(escaping: start.extracting(first: Self.dataBytes))
            record.append("\"; turn TLS on in the sender, or send to a listener without TLS")
            record.set(.data, to: start.extracting(first: Self.dataBytes))
        }
    }

    /// Records that a client ended the connection before it sent a byte, as health checks do; or counts it, as other
    /// connections.
    func recordSilentEnd(of origin: Origin) {
        let source = Source(origin.peer)
        guard connections.admit(origin, of: source) else { return connections.holdBack(origin, of: source) }
        recorder.record(.connectionClosed, .informational, origin) { record in
            record.append("Connection closed by \(origin.peerText) before its TLS handshake")
            record.set(.bytesReceived, to: 0)
        }
    }

    /// Records how many were held back, as the daemon stops.
    func finish() {
        reports.finish()
    }
}
