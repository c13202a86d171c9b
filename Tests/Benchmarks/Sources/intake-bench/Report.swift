import BenchSupport

/// Prints the comparison: medians over the rounds, and medians of the ratios within each round.
struct Report {
    /// The names of the servers whose CPU time the ratios are of.
    let reference: String
    let limit: String
    let servers: [IntakeServer]

    /// - Parameters:
    ///   - title: the line before the table.
    ///   - name: the first cell of the row for the README.
    func print(title: String, readme name: String) {
        Swift.print("\n\(title)")
        var rows = [
            ["server", "messages/s", "CPU us/message", "user", "system", "lines", "x \(reference)", "x \(limit)"]
        ]
        for server in servers {
            let cpu = Statistics.median(server.samples.map(\.cpu))
            let ticks = Double(server.userTicks + server.systemTicks)
            rows.append([
                server.name,
                Statistics.text(Statistics.median(server.samples.map(\.messagesPerSecond)), decimals: 0),
                Statistics.text(cpu, decimals: 2),
                Statistics.text(cpu * Double(server.userTicks) / ticks, decimals: 2),
                Statistics.text(cpu * Double(server.systemTicks) / ticks, decimals: 2),
                Self.lines(missing: server.missing, surplus: server.surplus),
                ratio(server, to: reference).map { Statistics.text($0, decimals: 2) } ?? "-",
                ratio(server, to: limit).map { Statistics.text($0, decimals: 2) } ?? "-",
            ])
        }
        Statistics.print(rows)
        Self.printReadmeRow(name) { name in
            servers.first { $0.name == name }.map { Statistics.median($0.samples.map(\.cpu)) }
        }
    }

    /// Prints a row for the README: microseconds of CPU for a message, of each server in its table.
    static func printReadmeRow(_ name: String, cpu: (_ server: String) -> Double?) {
        let columns = ["sockserved", "sockserved-json", "rsyslog", "syslog-ng", "python"]
        ReadmeRow.print([name] + columns.map { cpu($0).map(ReadmeRow.microseconds) ?? "-" })
    }

    /// What was lost, if anything.
    static func lines(missing: Int, surplus: Int) -> String {
        var faults: [String] = []
        if missing > 0 { faults.append("\(missing) LOST") }
        if surplus > 0 { faults.append("\(surplus) TOO MANY") }
        return faults.isEmpty ? "all" : faults.joined(separator: ", ")
    }

    /// Rounds are compared with themselves, so that a machine that is slower for a while does not count.
    private func ratio(_ server: IntakeServer, to name: String) -> Double? {
        guard let other = servers.first(where: { $0.name == name }) else { return nil }
        return Statistics.median(zip(server.samples, other.samples).map { $0.cpu / $1.cpu })
    }
}
