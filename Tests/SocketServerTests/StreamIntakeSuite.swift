import Foundation
import LogBackends
import LogRecords
import TestSupport

@testable import SocketServer

/// What suites about log messages over real stream sockets share.
protocol StreamIntakeSuite {
    /// Of Unix sockets.
    var directory: TemporaryDirectory { get }
}

extension StreamIntakeSuite {
    static var noTimeout: ListenerLimits { ListenerLimits(idleTimeout: nil) }

    func place(unix: Bool) -> ListenAddress {
        unix ? .unix(path: directory.path("x")) : .tcp(host: "127.0.0.1", port: 0)
    }

    func server(
        capacity: Int = 1 << 24,
        threshold: Severity = .warning,
        memory: Int = 48 << 20,
        script: MemoryBackend.Script? = nil
    ) throws -> TestServer {
        let backend = MemoryBackend(script: script, encoding: Sample.describing)
        return try TestServer(backend, capacity: capacity, threshold: threshold, memory: memory)
    }

    func records(_ test: TestServer) -> [SeenRecord] { test.messages.map(SeenRecord.init) }

    /// How a connection ended for a client that waits for the end.
    func end(of client: Client) -> String {
        do {
            let rest = try client.receiveAll()
            return rest.isEmpty ? "orderly" : "\(rest)"
        } catch {
            return (error as? Client.Failure)?.number == ECONNRESET ? "reset" : "\(error)"
        }
    }
}
