import Foundation

/// Clients of the daemon that run in the host: see `hello-client`.
extension InstalledHost {
    /// What became of one exchange.
    struct Answer: Decodable {
        var reply: String
        /// The client's own address in the daemon's answer.
        var peer: String
        var pid: Int32
    }

    /// What became of many.
    struct Load: Decodable {
        /// What the answered clients had sent; no two the same.
        var answered: [String]
        /// What the others had run into.
        var failures: [String]
        /// The longest that one waited for its answer, in seconds.
        var slowest: Double
    }

    private static let client = "/run/hello-client"

    /// Sends one message to `tcp:ADDRESS:PORT`, `udp:ADDRESS:PORT` or `unix:PATH`, and waits for the answer.
    func hello(_ data: String = "Hello, server!", to address: String = "tcp:127.0.0.1:12345") throws -> Answer {
        try copyClient()
        return try decode(host.succeed(Self.client, "once", address, data))
    }

    /// Runs clients until the body returns, and returns their outcomes.
    func underLoad(clients: Int = 4, _ body: () throws -> Void) throws -> Load {
        try copyClient()
        let running = try host.start([Self.client, "load", "tcp:127.0.0.1:12345", "\(clients)"])
        do {
            try body()
        } catch {
            _ = running.finish()
            throw error
        }
        let result = running.finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
        return try decode(result)
    }

    private func copyClient() throws {
        let destination = host.root + Self.client
        guard !FileManager.default.fileExists(atPath: destination) else { return }
        try FileManager.default.copyItem(atPath: SystemdHost.script("hello-client"), toPath: destination)
    }

    private func decode<Value: Decodable>(_ result: CommandResult) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(result.output.utf8))
    }
}
