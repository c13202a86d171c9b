import LogBackends
import SocketServer
import Synchronization

/// Asks every thread that matters for a sign of life, round by round.
final class Liveness {
    private final class Round: Sendable {
        let answers = Atomic<Int>(0)
    }

    private let server: SocketServer
    private let pipeline: LogPipeline
    private var round: Round?

    init(server: SocketServer, pipeline: LogPipeline) {
        self.server = server
        self.pipeline = pipeline
    }

    /// Whether all have answered since the last time that this was true; then a new round begins.
    func allThreadsResponded() -> Bool {
        if let round, round.answers.load(ordering: .relaxed) < server.answers { return false }
        guard pipeline.isWriterAlive() else { return false }
        let next = Round()
        round = next
        server.ping { next.answers.wrappingAdd(1, ordering: .relaxed) }
        return true
    }
}
