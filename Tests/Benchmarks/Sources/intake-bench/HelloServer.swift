import BenchSupport

/// A daemon that serves hello, with what its clients see: a row of the tables of hello.
final class HelloServer {
    /// The measured values of one run.
    struct Sample {
        let repliesPerSecond: Double
        let median: Double
        /// Microseconds of CPU, user and system, for one connection.
        let cpu: Double
    }

    let name: String
    private let process: ServerProcess
    private let port: UInt16
    private(set) var samples: [Sample] = []

    /// Starts the server and waits until it serves.
    init(name: String, command: [String], flags: [String]) throws(BenchError) {
        self.name = name
        let port = try Sockets.freePort()
        self.port = port
        process = try ServerProcess(
            name: name,
            command: command + ["--listen", "hello@tcp:127.0.0.1:\(port)"] + flags
        )
        try process.waitUntilServing { () throws(BenchError) in
            _ = try LoadGenerator.run(port: port, connections: 1, inFlight: 1)
        }
    }

    func measure(_ connections: Int, inFlight: Int, counts: Bool) throws(BenchError) {
        let before = try process.cpuNanoseconds()
        let result: LoadGenerator.Result
        do {
            result = try LoadGenerator.run(port: port, connections: connections, inFlight: inFlight)
        } catch {
            throw BenchError("\(name): \(error)")
        }
        // The last connections' ends may still be under way in the server.
        Clock.sleep(milliseconds: 50)
        let cpu = try process.cpuNanoseconds() - before
        guard counts else { return }
        samples.append(
            Sample(
                repliesPerSecond: result.connectionsPerSecond,
                median: result.percentileMicroseconds(50),
                cpu: Double(cpu) / 1000 / Double(connections)
            )
        )
    }

    /// The tables of hello into the host's journald; their CPU without journald's.
    static func benchJournal(_ options: Options) throws(BenchError) {
        for inFlight in [1, 64] {
            try compare(
                options,
                flags: ["--log-backend", "journald"],
                connections: options.hellos,
                inFlight: inFlight,
                title: "hello into journald, \(inFlight) at once"
            )
        }
    }

    /// Measures servers in turns, and prints their table; ratios are to the first of them.
    private static func compare(
        _ options: Options,
        flags: [String],
        connections: Int,
        inFlight: Int,
        title: String
    ) throws(BenchError) {
        var servers: [HelloServer] = []
        for daemon in options.daemons {
            servers.append(try HelloServer(name: daemon.name, command: daemon.command, flags: flags))
        }
        for round in 0...options.rounds {
            for server in servers { try server.measure(connections, inFlight: inFlight, counts: round > 0) }
        }
        print("\n\(title): \(options.rounds) rounds of \(connections)")
        var rows = [["server", "replies/s", "p50 us", "CPU us/connection", "x \(servers.first?.name ?? "")"]]
        for server in servers {
            let ratios = zip(server.samples, servers[0].samples).map { $0.cpu / $1.cpu }
            rows.append([
                server.name,
                Statistics.text(Statistics.median(server.samples.map(\.repliesPerSecond)), decimals: 0),
                Statistics.text(Statistics.median(server.samples.map(\.median)), decimals: 0),
                Statistics.text(Statistics.median(server.samples.map(\.cpu)), decimals: 1),
                Statistics.text(Statistics.median(ratios), decimals: 2),
            ])
        }
        Statistics.print(rows)
    }
}
