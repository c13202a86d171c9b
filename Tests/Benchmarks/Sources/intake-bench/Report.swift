import BenchSupport

/// Prints the comparison: medians over the rounds, and medians of the ratios within each round.
struct Report {
    let form: MessageForm
    let servers: [IntakeServer]

    private var reference: String { form.isSyslog ? "rsyslog" : "python" }

    func print(title: String) {
        Swift.print("\n\(title)")
        var rows = [["server", "messages/s", "CPU us/message", "user", "system", "lines", "x \(reference)"]]
        for server in servers {
            let cpu = Statistics.median(server.samples.map(\.cpu))
            let ticks = Double(server.userTicks + server.systemTicks)
            rows.append([
                server.name,
                Statistics.text(Statistics.median(server.samples.map(\.messagesPerSecond)), decimals: 0),
                Statistics.text(cpu, decimals: 2),
                Statistics.text(cpu * Double(server.userTicks) / ticks, decimals: 2),
                Statistics.text(cpu * Double(server.systemTicks) / ticks, decimals: 2),
                lines(server),
                ratio(server).map { Statistics.text($0, decimals: 2) } ?? "-",
            ])
        }
        Statistics.print(rows)
    }

    /// sockserved's goals and the measured values.
    ///
    /// No goal is met with a lost or duplicated message.
    func printGoals(for name: String) {
        guard let server = servers.first(where: { $0.name == name }) else { return }
        let cpu = Statistics.median(server.samples.map(\.cpu))
        let ratio = ratio(server)
        let (limit, share) = form.isSyslog ? (0.8, 0.5) : (2.0, 0.2)
        let (isLow, isShare) = (cpu <= limit, ratio.map { $0 <= share } ?? false)
        let isMet = server.isWhole && (form.isSyslog ? isLow || isShare : isLow && isShare)
        var text = "goal: \(name) at most \(Statistics.text(limit, decimals: 1)) us \(form.isSyslog ? "or" : "and") "
        text += "\(Statistics.text(share, decimals: 1))x \(reference): \(Statistics.text(cpu, decimals: 2)) us, "
        text += ratio.map { Statistics.text($0, decimals: 2) + "x" } ?? "\(reference) not measured"
        Swift.print("\(text), \(isMet ? "met" : "MISSED")")
    }

    private func lines(_ server: IntakeServer) -> String {
        var faults: [String] = []
        if server.missing > 0 { faults.append("\(server.missing) LOST") }
        if server.surplus > 0 { faults.append("\(server.surplus) TOO MANY") }
        return faults.isEmpty ? "all" : faults.joined(separator: ", ")
    }

    /// Rounds are compared with themselves, so that a machine that is slower for a while does not count.
    private func ratio(_ server: IntakeServer) -> Double? {
        guard let other = servers.first(where: { $0.name == reference }) else { return nil }
        return Statistics.median(zip(server.samples, other.samples).map { $0.cpu / $1.cpu })
    }
}
