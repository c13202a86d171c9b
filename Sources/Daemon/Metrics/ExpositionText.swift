import LogBackends
import LogRecords

/// Text in Prometheus' exposition format, version 0.0.4: families of samples with labels.
struct ExpositionText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    typealias Labels = KeyValuePairs<StaticString, String>

    /// The content type of the format.
    static let contentType: StaticString = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes: [UInt8] = []
    /// The name of the family that samples are added to.
    private var family: StaticString = ""

    /// Begins a family; all its samples follow.
    ///
    /// - Parameters:
    ///   - name: with the unit, and with `_total` for a counter.
    ///   - kind: the type.
    ///   - help: one sentence.
    mutating func begin(_ name: StaticString, _ kind: Kind, _ help: String) {
        family = name
        bytes.append("# HELP ")
        bytes.append(name)
        bytes.append(" ")
        append(help, escapingQuotes: false)
        bytes.append("\n# TYPE ")
        bytes.append(name)
        bytes.append(" ")
        bytes.append(utf8: kind.rawValue)
        bytes.append("\n")
    }

    /// Adds a sample of the family.
    mutating func add(_ value: some BinaryInteger, _ labels: Labels = [:]) {
        beginSample("", labels)
        bytes.append(decimal: value)
        bytes.append("\n")
    }

    /// Adds a sample of the family.
    mutating func add(_ value: Double, _ labels: Labels = [:]) {
        beginSample("", labels)
        bytes.append(utf8: Self.text(value))
        bytes.append("\n")
    }

    /// Adds the samples of a histogram of seconds, all with the labels.
    mutating func add(_ times: DurationHistogram, _ labels: Labels = [:]) {
        let bounds = DurationHistogram.bounds
        var total: UInt64 = 0
        for (index, count) in times.counts.enumerated() {
            total &+= count
            let bound = index < bounds.count ? Self.text(Self.seconds(bounds[index])) : "+Inf"
            beginSample("_bucket", labels, bound: bound)
            bytes.append(decimal: total)
            bytes.append("\n")
        }
        beginSample("_sum", labels)
        bytes.append(utf8: Self.text(Self.seconds(times.sum)))
        bytes.append("\n")
        beginSample("_count", labels)
        bytes.append(decimal: total)
        bytes.append("\n")
    }

    /// Begins a line; `bound` is the upper bound of a bucket.
    private mutating func beginSample(_ suffix: StaticString, _ labels: Labels, bound: String? = nil) {
        bytes.append(family)
        bytes.append(suffix)
        var isFirst = true
        for label in labels { append(label.key, label.value, &isFirst) }
        if let bound { append("le", bound, &isFirst) }
        bytes.append(isFirst ? " " : "} ")
    }

    private mutating func append(_ name: StaticString, _ value: String, _ isFirst: inout Bool) {
        bytes.append(isFirst ? "{" : ",")
        isFirst = false
        bytes.append(name)
        bytes.append("=\"")
        append(value, escapingQuotes: true)
        bytes.append("\"")
    }

    private mutating func append(_ text: String, escapingQuotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): bytes.append("\\n")
            case UInt8(ascii: "\\"): bytes.append("\\\\")
            case UInt8(ascii: "\"") where escapingQuotes: bytes.append("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    private static func seconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1_000_000 }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
