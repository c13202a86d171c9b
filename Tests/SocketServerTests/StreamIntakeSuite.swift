import Foundation
import LogBackends
import LogRecords
import TestSupport
import Testing

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

    /// What the kernel lists of the server's end of a client's connection over TCP, column by column; see proc(5).
    func kernelEntry(of client: Client, at address: ListenAddress) throws -> [Substring]? {
        guard case .tcp(_, let server) = address,
            case .tcp(_, let port) = try #require(ListenAddress(of: client.descriptor))
        else { return nil }
        let file = try #require(FileHandle(forReadingAtPath: "/proc/net/tcp"))
        let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        // Both ports: ended connections of other tests are listed, too.
        let ends = [server, port].map { String(format: "0100007F:%04X", $0) }
        let lines = table.split(separator: "\n").map { $0.split(separator: " ") }
        return lines.first { $0[1] == ends[0] && $0[2] == ends[1] }
    }

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
