import BenchSupport

/// Memory and CPU of servers for syslog over TCP while nothing happens, without connections and with many.
///
/// sockserved has its socket from systemd-socket-activate and no flags, as in its unit.
enum IdleBench {
    /// The time of one look at the CPU; the looks at all servers are at the same time.
    private static let seconds = 2

    private struct Row {
        let name: String
        let process: ServerProcess
        let port: UInt16
        let resident: Int
        let own: Int
        /// Microseconds of CPU in a second.
        var without: [Double] = []
        var with: [Double] = []
        var residentWithAll = 0

        init(name: String, port: UInt16, command: [String]) throws(BenchError) {
            self.name = name
            self.port = port
            process = try ServerProcess(name: name, command: command)
            try process.waitUntilServing { () throws(BenchError) in try Sockets.tryStream(to: port) }
            // What is done soon after a start is done.
            Clock.sleep(milliseconds: 2000)
            resident = try process.residentKibibytes()
            own = try process.privateKibibytes()
        }
    }

    static func run(_ options: Options, folder: String) throws(BenchError) {
        Sockets.raiseDescriptorLimit()
        var rows: [Row] = []
        for daemon in options.daemons {
            let port = try Sockets.freePort()
            let activation = Places.activation(port: port, name: "syslog", folder: folder)
            rows.append(try Row(name: daemon.name, port: port, command: activation + daemon.command))
        }
        if options.peers.contains("rsyslog"), let program = Places.program("rsyslogd") {
            let port = try Sockets.freePort()
            let recipe = ServerRecipe(name: "rsyslog", kind: .rsyslog(program: program))
            let command = try recipe.command(for: .rfc5424, port: port, path: "\(folder)/rsyslog.log", folder: folder)
            rows.append(try Row(name: "rsyslog", port: port, command: command))
        }
        try look(options.rounds, &rows, \.without)
        var sockets: [Int32] = []
        defer { Sockets.close(sockets) }
        for row in rows {
            sockets += try Sockets.openIdle(options.idleConnections, to: row.port, of: row.process)
        }
        Clock.sleep(milliseconds: 2000)
        try look(options.rounds, &rows, \.with)
        for index in rows.indices { rows[index].residentWithAll = try rows[index].process.residentKibibytes() }
        report(rows, connections: options.idleConnections)
    }

    private static func look(
        _ rounds: Int,
        _ rows: inout [Row],
        _ values: WritableKeyPath<Row, [Double]>
    ) throws(BenchError) {
        for _ in 0..<rounds {
            var before: [UInt64] = []
            for row in rows { before.append(try row.process.cpuNanoseconds()) }
            Clock.sleep(milliseconds: seconds * 1000)
            for index in rows.indices {
                let used = try rows[index].process.cpuNanoseconds() - before[index]
                rows[index][keyPath: values].append(Double(used) / 1000 / Double(seconds))
            }
        }
    }

    private static func report(_ rows: [Row], connections: Int) {
        print("\nidle, syslog over TCP, without connections and with \(connections)")
        var lines = [
            ["server", "RSS KiB", "private KiB", "CPU us/s", "RSS KiB with", "bytes each", "CPU us/s with"]
        ]
        for row in rows {
            lines.append([
                row.name, "\(row.resident)", "\(row.own)",
                Statistics.text(Statistics.median(row.without), decimals: 0),
                "\(row.residentWithAll)", "\((row.residentWithAll - row.resident) * 1024 / connections)",
                Statistics.text(Statistics.median(row.with), decimals: 0),
            ])
        }
        Statistics.print(lines)
    }
}
