import Linux
import LogRecords

/// Decides which connections have records, and counts the others by source.
///
/// Of each source 128 connections at once have records, and one a second more; and as many of the others that are lost
/// without having brought a byte.
/// Used on its loop's thread only.
final class ConnectionReporter: Ticker {
    private static let burst = 128
    /// How often it looks whether a source has gone quiet.
    private static let lookInterval = Duration.seconds(1)

    private let loop: EventLoop
    private let recorder: Recorder
    private var connections = ReportLimiter(burst: burst)
    private var losses = ReportLimiter(burst: burst)
    var deadline = DeadlineQueue.Place()

    /// Makes the reporter of one thread.
    ///
    /// - Parameters:
    ///   - loop: of the thread.
    ///   - recorder: of the thread.
    init(_ loop: EventLoop, recorder: Recorder) {
        self.loop = loop
        self.recorder = recorder
    }

    /// Asks whether a new connection has records.
    func admit(_ origin: Origin) -> Bool {
        watch()
        guard let heldBack = connections.admit(origin, at: loop.now) else { return false }
        if heldBack > 0 { recordConnections(heldBack, from: Source(origin.peer), origin) }
        return true
    }

    /// Counts a connection that has ended without records.
    func holdBack(_ origin: Origin) {
        watch()
        connections.holdBack(origin, at: loop.now)
    }

    /// Asks whether the loss of a connection without records is recorded, and counts it otherwise.
    func admitLoss(_ origin: Origin) -> Bool {
        watch()
        guard let heldBack = losses.admit(origin, at: loop.now) else {
            losses.holdBack(origin, at: loop.now)
            return false
        }
        if heldBack > 0 { recordLosses(heldBack, from: Source(origin.peer), origin) }
        return true
    }

    func tick() {
        record(ofAll: false)
        if !connections.isEmpty || !losses.isEmpty { watch() }
    }

    /// Records all that was held back, as the daemon stops.
    func finish() {
        record(ofAll: true)
    }

    private func watch() {
        loop.schedule(self, after: Self.lookInterval)
    }

    private func record(ofAll: Bool) {
        for notice in connections.takeNotices(at: loop.now, ofAll: ofAll) {
            recordConnections(notice.count, from: notice.source, notice.origin)
        }
        for notice in losses.takeNotices(at: loop.now, ofAll: ofAll) {
            recordLosses(notice.count, from: notice.source, notice.origin)
        }
    }

    private func recordConnections(_ count: Int, from source: Source, _ origin: Origin) {
        recorder.record(.connectionClosed, .informational, origin) { record in
            record.append("\(count) more connections from \(source) established and closed")
            record.set(.heldBack, to: Int64(count))
        }
    }

    private func recordLosses(_ count: Int, from source: Source, _ origin: Origin) {
        recorder.record(.connectionLost, .warning, origin) { record in
            record.append("\(count) more connections from \(source) lost")
            record.set(.heldBack, to: Int64(count))
        }
    }
}
