import BenchSupport

/// A server in the comparison: a row of the table.
final class Peer {
    /// The measured values of one run.
    struct Sample {
        let connectionsPerSecond: Double
        let median: Double
        let percentile99: Double
        /// Microseconds of server CPU, user and system, for one connection.
        let cpu: Double
    }

    let name: String
    let process: ServerProcess
    let port: UInt16
    private(set) var samples: [Sample] = []
    private(set) var userTicks = 0
    private(set) var systemTicks = 0
    private var log: LogCheck?
    private var exchanges = 1

    /// Starts the server and waits until it serves.
    ///
    /// In `command`, `{port}` and `{log}` are filled in.
    init(name: String, command: [String], logPath: String?) throws(BenchError) {
        self.name = name
        let port = try Sockets.freePort()
        self.port = port
        let words = command.map { word in
            switch word {
            case "{log}": logPath ?? ""
            default: word.replacing("{port}", with: "\(port)")
            }
        }
        process = try ServerProcess(name: name, command: words)
        log = logPath.map(LogCheck.init)
        try process.waitUntilServing { () throws(BenchError) in
            _ = try LoadGenerator.run(port: port, connections: 1, inFlight: 1)
        }
        try log?.expect(connections: exchanges)
    }

    /// Runs the load, waits for the log lines, counts them, and measures the cost for the server.
    func measure(connections: Int, inFlight: Int, counts: Bool) throws(BenchError) {
        let cpuBefore = try process.cpuNanoseconds()
        let ticksBefore = try process.ticks()
        let result: LoadGenerator.Result
        do {
            result = try LoadGenerator.run(port: port, connections: connections, inFlight: inFlight)
            exchanges += connections
            try log?.expect(connections: exchanges)
        } catch {
            throw BenchError("\(name): \(error)")
        }
        // The last connections' ends may still be under way in the server.
        Clock.sleep(milliseconds: 50)
        let cpu = try process.cpuNanoseconds() - cpuBefore
        let ticks = try process.ticks()
        guard counts else { return }
        userTicks += ticks.user - ticksBefore.user
        systemTicks += ticks.system - ticksBefore.system
        samples.append(
            Sample(
                connectionsPerSecond: result.connectionsPerSecond,
                median: result.percentileMicroseconds(50),
                percentile99: result.percentileMicroseconds(99),
                cpu: Double(cpu) / 1000 / Double(connections)
            )
        )
    }

    func forgetSamples() {
        samples = []
        userTicks = 0
        systemTicks = 0
    }
}
