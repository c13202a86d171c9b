/// What the reports have in common: the middle of several runs, numbers and tables as text.
package enum Statistics {
    package static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// With 0, 1 or 2 decimals; `-` for NaN and infinity.
    package static func text(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "-" }
        let scale = decimals == 0 ? 1 : decimals == 1 ? 10 : 100
        let scaled = Int((value * Double(scale)).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let fraction = "\(scaled % scale)"
        return "\(scaled / scale).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }

    /// Prints rows, the head among them: the first column to the left, the others to the right.
    package static func print(_ rows: [[String]]) {
        guard let head = rows.first else { return }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }
            Swift.print(cells.joined(separator: "  "))
        }
    }
}
