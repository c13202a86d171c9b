/// Prints the comparison: medians over the rounds, and medians of the ratios within each round.
struct Report {
    let peers: [Peer]

    func print(title: String) {
        Swift.print("\n\(title)")
        let head = ["server", "conn/s", "p50 us", "p99 us", "CPU us/conn", "user", "x minimal", "x python"]
        var rows = [head]
        for peer in peers {
            let ticks = peer.userTicks + peer.systemTicks
            rows.append([
                peer.name,
                text(median(peer.samples.map(\.connectionsPerSecond)), decimals: 0),
                text(median(peer.samples.map(\.median)), decimals: 0),
                text(median(peer.samples.map(\.percentile99)), decimals: 0),
                text(median(peer.samples.map(\.cpu)), decimals: 1),
                ticks == 0 ? "-" : "\(peer.userTicks * 100 / ticks) %",
                ratio(peer, to: "minimal").map { text($0, decimals: 2) } ?? "-",
                ratio(peer, to: "python").map { text($0, decimals: 2) } ?? "-",
            ])
        }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }
            Swift.print(cells.joined(separator: "  "))
        }
    }

    /// sockserved's goals for server CPU, all four records in a file: what was wanted, what was measured.
    func printGoals(for name: String) {
        guard let peer = peers.first(where: { $0.name == name }) else { return }
        if let value = ratio(peer, to: "minimal") {
            let verdict = value <= 1.5 ? "met" : "MISSED"
            Swift.print("goal: \(name) at most 1.5x the minimal loop: \(text(value, decimals: 2))x, \(verdict)")
        }
        if let value = ratio(peer, to: "python") {
            let verdict = value < 0.75 ? "met" : "MISSED"
            Swift.print("goal: \(name) less than 0.75x the Python loop: \(text(value, decimals: 2))x, \(verdict)")
        }
    }

    /// Rounds are compared with themselves, so that a machine that is slower for a while does not count.
    private func ratio(_ peer: Peer, to reference: String) -> Double? {
        guard let other = peers.first(where: { $0.name == reference }) else { return nil }
        return median(zip(peer.samples, other.samples).map { $0.cpu / $1.cpu })
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private func text(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "-" }
        let scale = decimals == 0 ? 1 : decimals == 1 ? 10 : 100
        let scaled = Int((value * Double(scale)).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let fraction = "\(scaled % scale)"
        return "\(scaled / scale).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }
}
