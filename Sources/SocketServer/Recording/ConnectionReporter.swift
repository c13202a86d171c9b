import LogRecords

/// Decides which connections have records, and counts the others by source.
///
/// Of each source 128 connections at once have records, and one a second more; and as many of the others that are lost
/// without having brought a byte.
/// Used on its loop's thread only.
final class ConnectionReporter {
    private static let burst = 128

    private let connections: SourceReports
    private let losses: SourceReports

    /// Makes the reporter of one thread.
    ///
    /// - Parameters:
    ///   - loop: of the thread.
    ///   - recorder: of the thread.
    init(_ loop: EventLoop, recorder: Recorder) {
        connections = SourceReports(of: .connectionClosed, .informational, burst: Self.burst, loop, recorder) {
            "\($0) more connections from \($1) established and closed"
        }
        losses = SourceReports(of: .connectionLost, .warning, burst: Self.burst, loop, recorder) {
            "\($0) more connections from \($1) lost"
        }
    }

    /// Asks whether a new connection has records.
    func admit(_ origin: Origin, of source: Source) -> Bool {
        connections.admit(origin, of: source)
    }

    /// Counts a connection that has ended without records.
    func holdBack(_ origin: Origin, of source: Source) {
        connections.holdBack(origin, of: source)
    }

    /// Asks whether the loss of a connection without records is recorded, and counts it otherwise.
    func admitLoss(_ origin: Origin, of source: Source) -> Bool {
        if losses.admit(origin, of: source) { return true }
        losses.holdBack(origin, of: source)
        return false
    }

    /// Records how many were held back, as the daemon stops.
    func finish() {
        connections.finish()
        losses.finish()
    }
}
