import Linux
import LogBackends
import SocketServer

/// Checks that the socket threads and the writer respond, in rounds.
final class Liveness {
    private let server: SocketServer
    private let pipeline: LogPipeline
    private var round: CountdownLatch?

    init(server: SocketServer, pipeline: LogPipeline) {
        self.server = server
        self.pipeline = pipeline
    }

    /// Returns whether all threads have responded in this round, and then begins the next.
    func allThreadsResponded() -> Bool {
        if let round, !round.isOpen { return false }
        guard pipeline.isWriterAlive() else { return false }
        let next = CountdownLatch(server.answers)
        round = next
        server.ping { next.countDown() }
        return true
    }
}
