import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Connections outlive a restart, since systemd keeps them; and a stop resets them.
    @Suite
    struct RestartTests {
        private static let client = "/run/stream-client"

        private struct Stream: Decodable {
            var sent: Int
            var oneConnection: Bool
            var end: String
        }

        /// Starts a client, and returns when its connections are there.
        private func start(_ arguments: String..., in installed: InstalledHost) throws -> RunningCommand {
            let path = installed.host.root + Self.client
            if !FileManager.default.fileExists(atPath: path) {
                try FileManager.default.copyItem(atPath: SystemdHost.script("stream-client"), toPath: path)
            }
            let running = try installed.host.start([Self.client] + arguments)
            let hasBegun = eventually { running.outputSoFar.hasPrefix("begun") }
            try #require(hasBegun, "\(hasBegun ? "" : running.finish().description)")
            return running
        }

        /// Starts the daemon and a client whose message is recorded, and that waits for the end of its connection.
        private func startWaiting(
            at address: String = "127.0.0.1:5170",
            in installed: InstalledHost
        ) throws -> (client: RunningCommand, journal: Journal) {
            let journal = installed.journal()
            try installed.systemctl("start", "sockserved-json.socket", "sockserved.service")
            let client = try start("wait", address, in: installed)
            #expect(try journal.has("MESSAGE=one"))
            return (client, journal)
        }

        private func result<Value: Decodable>(of running: RunningCommand) throws -> Value {
            let result = running.finish()
            guard result.status == 0 else { throw CommandFailure(result: result) }
            return try JSONDecoder().decode(Value.self, from: Data((result.lines.last ?? "").utf8))
        }

        /// The numbers of the messages that begin with a name.
        private func numbers(_ name: String, _ journal: Journal) throws -> [Int] {
            try journal.messages().compactMap { $0.hasPrefix("\(name) ") ? Int($0.dropFirst(name.count + 1)) : nil }
        }

        @Test
        func twentyRestartsCutNoStream() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-python.socket")
                try installed.systemctl("start", "sockserved-syslog.socket")
                try installed.systemctl("start", "sockserved.service")
                let stop = "/run/stop-\(UUID().uuidString)"
                let addresses = [
                    ("python", "127.0.0.1:9020"), ("python", "/run/sockserved-python.sock"),
                    ("syslog", "127.0.0.1:514"), ("syslog", "/run/sockserved-syslog.sock"),
                ]
                let streams = try addresses.enumerated().map { index, address in
                    try start("stream", address.0, address.1, "stream\(index)", stop, in: installed)
                }
                for _ in 0..<20 { try installed.systemctl("restart", "sockserved.service") }
                try installed.host.write("", to: stop)
                for (index, running) in streams.enumerated() {
                    let stream: Stream = try result(of: running)
                    #expect(stream.oneConnection && stream.end == "orderly", "\(addresses[index]): \(stream)")
                    let found = try numbers("stream\(index)", journal)
                    #expect(found.count == stream.sent && found == Array(1...stream.sent), "\(addresses[index])")
                }
                try installed.systemctl("stop", "sockserved.service")
                // What all the processes say of what they received is what was sent.
                var received = 0
                for index in addresses.indices { received += try numbers("stream\(index)", journal).count }
                #expect(try journal.receivedByAll() == received)
                // The restarts were under way while the messages came.
                let resumed = try journal.entries("MESSAGE_ID=92dd84ac70af42d8ac458e49920d0c0b").count
                #expect(resumed == 80)
                #expect(try journal.messages().count { $0.contains("were reset") } == 0)
            }
        }

        /// Client and proxy stay what the header has shown to the first process.
        @Test(arguments: ["127.0.0.1:2514", "/run/sockserved-relp.sock"])
        func restartsCutNoStreamOfAProxy(address: String) throws {
            try InstalledHost.shared.get().use { installed in
                let configuration =
                    "[[listener]]\nname = 'relp'\nprotocol = 'syslog'\nproxy_protocol = true\n"
                    + "trusted_proxies = ['127.0.0.1', 'unix']\n"
                try installed.host.write(configuration, to: "/etc/sockserved/test.toml")
                try installed.setFlags("--config /etc/sockserved/test.toml")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-relp.socket", "sockserved.service")
                let stop = "/run/stop-\(UUID().uuidString)"
                let running = try start("stream", "proxied", address, "proxied", stop, in: installed)
                for _ in 0..<5 { try installed.systemctl("restart", "sockserved.service") }
                try installed.host.write("", to: stop)
                let stream: Stream = try result(of: running)
                #expect(stream.end == "orderly")
                #expect(try numbers("proxied", journal) == Array(1...stream.sent))
                try installed.systemctl("stop", "sockserved.service")
                #expect(try journal.receivedByAll() == stream.sent)
                let entries = try journal.entries().filter { $0["MESSAGE"]?.hasPrefix("proxied ") == true }
                #expect(Set(entries.map { $0["SOCKSERVED_PEER"] }) == ["192.0.2.7:4711"])
                let proxies = Set(entries.map { $0["SOCKSERVED_PROXY"] })
                #expect(proxies.count == 1 && proxies != [nil], "\(proxies)")
                #expect(try journal.entries("MESSAGE_ID=92dd84ac70af42d8ac458e49920d0c0b").count == 5)
            }
        }

        @Test
        func silentConnectionsOutliveARestart() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-json.socket")
                try installed.systemctl("start", "sockserved.service")
                let stop = "/run/stop-\(UUID().uuidString)"
                let running = try start("hold", "500", "127.0.0.1:5170", stop, in: installed)
                for _ in 0..<2 {
                    let areOpen = try eventually { try installed.property("StatusText").contains(" 500 open") }
                    try #require(areOpen)
                    try installed.systemctl("restart", "sockserved.service")
                }
                try installed.host.write("", to: stop)
                let ends: [String: Int] = try result(of: running)
                #expect(ends == ["orderly": 500])
                #expect(try numbers("held", journal).sorted() == Array(1...500))
                #expect(try journal.messages().count { $0 == "500 connections are kept for the next start" } == 2)
                // systemd has one descriptor of the daemon, and none of a connection.
                #expect(try installed.property("NFileDescriptorStore") == "1")
            }
        }

        @Test(arguments: ["127.0.0.1:5170", "/run/sockserved-json.sock"])
        func aStopResetsConnections(address: String) throws {
            try InstalledHost.shared.get().use { installed in
                let (running, _) = try startWaiting(at: address, in: installed)
                try installed.systemctl("stop", "sockserved.service")
                let end: String = try result(of: running)
                #expect(end == "ConnectionResetError")
            }
        }

        /// Moving a socket restarts the service with it; a start that fails gives up what is kept.
        @Test
        func whatIsKeptOutlivesAMoveAndNotAFault() throws {
            try InstalledHost.shared.get().use { installed in
                let (running, journal) = try startWaiting(in: installed)
                try installed.systemctl("restart", "sockserved.service", "sockserved-json.socket")
                #expect(try journal.messages().contains { $0.hasPrefix("Connection resumed with 127.0.0.1:") })
                try installed.setFlags("--log-level loud")
                #expect(throws: CommandFailure.self) { try installed.systemctl("restart", "sockserved.service") }
                let end: String = try result(of: running)
                #expect(end == "ConnectionResetError")
            }
        }

        /// Without a place in systemd's store, a restart ends connections as it did.
        @Test
        func withoutAStoreARestartResets() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.dropIn("FileDescriptorStoreMax=0")
                let (running, _) = try startWaiting(in: installed)
                try installed.systemctl("restart", "sockserved.service")
                let end: String = try result(of: running)
                #expect(end == "ConnectionResetError")
            }
        }
    }
}
