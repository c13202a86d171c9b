import BenchSupport

/// Prints the comparison: medians over the rounds, and medians of the ratios within each round.
struct Report {
    let peers: [Peer]

    func print(title: String) {
        Swift.print("\n\(title)")
        let head = ["server", "conn/s", "p50 us", "p99 us", "CPU us/conn", "user", "x minimal", "x nginx", "x python"]
        var rows = [head]
        for peer in peers {
            let ticks = peer.userTicks + peer.systemTicks
            rows.append([
                peer.name,
                Statistics.text(Statistics.median(peer.samples.map(\.connectionsPerSecond)), decimals: 0),
                Statistics.text(Statistics.median(peer.samples.map(\.median)), decimals: 0),
                Statistics.text(Statistics.median(peer.samples.map(\.percentile99)), decimals: 0),
                Statistics.text(Statistics.median(peer.samples.map(\.cpu)), decimals: 1),
                ticks == 0 ? "-" : "\(peer.userTicks * 100 / ticks) %",
                text(ratio(peer, to: "minimal")), text(ratio(peer, to: "nginx")), text(ratio(peer, to: "python")),
            ])
        }
        Statistics.print(rows)
    }

    private func text(_ ratio: Double?) -> String { ratio.map { Statistics.text($0, decimals: 2) } ?? "-" }

    /// Prints the same as rows of the README.
    func printReadmeRows() {
        let names = [
            "minimal": "the minimal loop", "minimal-log": "the minimal loop, with the four lines",
            "nginx": "nginx, without a log", "python": "the script's loop",
        ]
        Swift.print("")
        for peer in peers {
            func median(_ value: (Peer.Sample) -> Double) -> Double { Statistics.median(peer.samples.map(value)) }
            ReadmeRow.print([
                names[peer.name] ?? peer.name,
                ReadmeRow.grouped(Int(median(\.connectionsPerSecond))),
                "\(Statistics.text(median(\.median) / 1000, decimals: 1)) ms",
                "\(Statistics.text(median(\.percentile99) / 1000, decimals: 1)) ms",
                "\(Statistics.text(median(\.cpu), decimals: 0)) us", text(ratio(peer, to: "minimal")),
            ])
        }
    }

    /// sockserved's goals for server CPU, with all four records in a file, and the measured values.
    func printGoals(for name: String) {
        guard let peer = peers.first(where: { $0.name == name }) else { return }
        for (reference, goal) in [("minimal", 1.22), ("nginx", 1.05), ("python", 0.75)] {
            guard let value = ratio(peer, to: reference) else { continue }
            let verdict = value <= goal ? "met" : "MISSED"
            Swift.print("goal: \(name) at most \(goal)x \(reference): \(text(value))x, \(verdict)")
        }
    }

    /// Rounds are compared with themselves, so that a machine that is slower for a while does not count.
    private func ratio(_ peer: Peer, to reference: String) -> Double? {
        guard let other = peers.first(where: { $0.name == reference }) else { return nil }
        return Statistics.median(zip(peer.samples, other.samples).map { $0.cpu / $1.cpu })
    }
}
