import BenchSupport
import Glibc

/// The time from a first client's connect to its answer, where systemd-socket-activate starts the server for it.
///
/// sockserved has no flags, as in its unit: it takes the socket by its name, and writes to journald, or without one to a file.
enum ColdStart {
    private static let roundsEach = 5

    private struct Server {
        let name: String
        /// Without the part of systemd-socket-activate.
        let command: [String]
        var milliseconds: [Double] = []
    }

    static func run(_ options: Options, folder: String) throws(BenchError) {
        let proxyd = "/lib/systemd/systemd-socket-proxyd"
        guard Places.program("systemd-socket-activate") != nil, access(proxyd, X_OK) == 0 else {
            print("\ncold start is skipped: there is no systemd-socket-activate or \(proxyd)")
            return
        }
        // What the proxy connects to runs already.
        let target = try Sockets.freePort()
        let minimal = try ServerProcess(name: "minimal", command: [Places.program, "serve-hello", "\(target)"])
        try minimal.waitUntilServing { () throws(BenchError) in
            _ = try LoadGenerator.run(port: target, connections: 1, inFlight: 1)
        }
        var servers = options.daemons.map { Server(name: $0.name, command: $0.command) }
        servers.append(Server(name: "socket-proxyd", command: [proxyd, "127.0.0.1:\(target)"]))
        let rounds = options.rounds * roundsEach
        for round in 0...rounds {
            for index in servers.indices {
                let time = try measure(servers[index], folder: folder)
                if round > 0 { servers[index].milliseconds.append(time) }
            }
        }
        print("\ncold start, hello: \(rounds) rounds of 1")
        var rows = [["server", "median ms", "least", "most", "x socket-proxyd"]]
        for server in servers {
            let reference = servers[servers.count - 1].milliseconds
            let ratios = zip(server.milliseconds, reference).map { $0 / $1 }
            rows.append(
                [server.name]
                    + [
                        Statistics.median(server.milliseconds), server.milliseconds.min() ?? .nan,
                        server.milliseconds.max() ?? .nan, Statistics.median(ratios),
                    ].map { Statistics.text($0, decimals: 2) }
            )
        }
        Statistics.print(rows)
    }

    private static func measure(_ server: Server, folder: String) throws(BenchError) -> Double {
        let port = try Sockets.freePort()
        let activation = Places.activation(port: port, name: "hello", folder: folder)
        // It ends with the server, which replaces it in the same process.
        let process = try ServerProcess(name: server.name, command: activation + server.command)
        var latency: UInt64 = 0
        try process.waitUntilServing { () throws(BenchError) in
            latency = try LoadGenerator.run(port: port, connections: 1, inFlight: 1).latencies[0]
        }
        return Double(latency) / 1e6
    }
}
