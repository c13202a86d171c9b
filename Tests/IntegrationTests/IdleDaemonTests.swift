import Foundation
import TestSupport
import Testing

/// The daemon while nothing happens.
@Suite struct IdleDaemonTests {
    /// Neither the main thread nor those of sockets and file have anything to look at: with clients, too.
    @Test func noThreadIsWokenUp() throws {
        let directory = try TemporaryDirectory()
        let daemon = try DaemonProcess(["--listen", "json@tcp:127.0.0.1:0", "--log-file", "server.log"], in: directory)
        let address = try #require(daemon.addresses.first)
        let clients = try (0..<20).map { _ in try TestSocket(to: address) }
        for client in clients { try client.send("{\"message\":\"idle\"}\n") }
        #expect(eventually { daemon.log.components(separatedBy: "idle\n").count == clients.count + 1 })
        var wakeUps = try Self.wakeUps(of: daemon.pid)
        let isAsleep = try eventually {
            let before = wakeUps
            // Time in which a thread would look again.
            usleep(2_500_000)
            wakeUps = try Self.wakeUps(of: daemon.pid)
            // The file's thread looks at it every half minute.
            return wakeUps - before <= 1
        }
        #expect(isAsleep)
    }

    /// How often threads of a process have slept until something happened.
    private static func wakeUps(of process: Int32) throws -> Int {
        let tasks = "/proc/\(process)/task"
        let counts = try FileManager.default.contentsOfDirectory(atPath: tasks).map { task in
            let status = try String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") })
            return try #require(line.split(separator: "\t").last.flatMap { Int($0) })
        }
        return counts.reduce(0, +)
    }
}
