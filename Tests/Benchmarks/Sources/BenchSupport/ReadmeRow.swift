/// Prints rows of the README's tables, which `Tests/Benchmarks/readme` puts in the places of those that are there.
package enum ReadmeRow {
    package static func print(_ cells: [String]) {
        Swift.print("| \(cells.joined(separator: " | ")) |")
    }

    /// A number with commas.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        let groups = stride(from: digits.count, to: 0, by: -3).reversed().map { String(digits[max(0, $0 - 3)..<$0]) }
        return groups.joined(separator: ",")
    }

    /// Microseconds with three digits or four; `-` for NaN.
    package static func microseconds(_ value: Double) -> String {
        Statistics.text(value, decimals: value < 10 ? 2 : 1)
    }
}
