import Linux
import LogRecords

/// Records TLS handshakes that failed, at a limited rate for each source.
///
/// Used on its loop's thread only.
final class HandshakeReporter: Ticker {
    /// As many bytes of plain text are shown.
    private static let dataBytes = 64
    /// How often it looks for reports that were held back.
    private static let lookInterval = Duration.milliseconds(250)

    private let loop: EventLoop
    private let recorder: Recorder
    private var limiter = ReportLimiter()
    var deadline = DeadlineQueue.Place()

    init(_ loop: EventLoop, recorder: Recorder) {
        self.loop = loop
        self.recorder = recorder
    }

    /// Reports a handshake that failed.
    ///
    /// - Parameters:
    ///   - reason: what the peer did.
    ///   - origin: of the connection.
    func report(_ reason: String, from origin: Origin) {
        report(from: origin) { $0.append("TLS handshake with \(origin.peerText) failed: \(reason)") }
    }

    /// Reports a client without TLS.
    ///
    /// - Parameters:
    ///   - start: the first bytes that it sent.
    ///   - origin: of the connection.
    func report(plainText start: Span<UInt8>, from origin: Origin) {
        report(from: origin) { record in
            record.append(
                "Plain text on a TLS listener: \(origin.peerText) sent no TLS to listener \(origin.listener), "
            )
            record.append("but \"")
            record.append(escaping: start.extracting(first: Self.dataBytes))
            record.append("\"; turn TLS on in the sender, or send to a listener without TLS")
            record.set(.data, to: start.extracting(first: Self.dataBytes))
        }
    }

    private func report(from origin: Origin, _ fill: (inout LogRecord) -> Void) {
        loop.schedule(self, after: Self.lookInterval)
        guard let heldBack = limiter.admit(origin, at: loop.now) else {
            return limiter.holdBack(origin, at: loop.now)
        }
        recorder.record(.handshakeFailed, .warning, origin) { record in
            fill(&record)
            if heldBack > 0 {
                record.append(", \(heldBack) more were held back")
                record.set(.heldBack, to: Int64(heldBack))
            }
        }
    }

    /// Records that a client ended the connection before it sent a byte, as health checks do.
    func recordSilentEnd(of origin: Origin) {
        recorder.record(.connectionClosed, .informational, origin) { record in
            record.append("Connection closed by \(origin.peerText) before its TLS handshake")
            record.set(.bytesReceived, to: 0)
        }
    }

    func tick() {
        record(limiter.takeNotices(at: loop.now))
        if !limiter.isEmpty { loop.schedule(self, after: Self.lookInterval) }
    }

    /// Records all that was held back, as the daemon stops.
    func finish() {
        record(limiter.takeNotices(at: loop.now, ofAll: true))
    }

    private func record(_ notices: [ReportLimiter.Notice]) {
        for notice in notices {
            recorder.record(.handshakeFailed, .warning, notice.origin) { record in
                record.append("\(notice.count) more TLS handshakes with \(notice.source) failed")
                record.set(.heldBack, to: Int64(notice.count))
            }
        }
    }
}
