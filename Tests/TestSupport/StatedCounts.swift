/// What the daemon says in its statistics of what became of messages: of one listener's, or of all.
package struct StatedCounts {
    package let received, recorded, cut, malformed, leftOut, dropped: Int
    /// Of all listeners these are of all records, the daemon's own included.
    package let committed, waiting, rejected: Int
    /// The reasons of malformed and of dropped messages, each with its count.
    package let reasons: [String: Int]

    /// What is wrong with the sums.
    fileprivate var faults: [String] {
        var faults: [String] = []
        let sum = recorded + malformed + leftOut + dropped
        if received != sum { faults.append("\(received) received, and \(sum) accounted for") }
        let reasonSum = reasons.values.reduce(0, +)
        if reasonSum != malformed + dropped { faults.append("\(reasons) of \(malformed) and \(dropped)") }
        return faults
    }
}

extension StatedCounts {
    /// The last statistics of each listener in a text of records, those of all under an empty name.
    package static func last(in text: String) -> [String: StatedCounts] {
        // Blanks do not count in it.
        let pattern =
            #/
            (?:Listener\s(?<name>\S+)|sockserved)\shas\sreceived\s(?<received>\d+)\smessages\ssince\sits\sstart:\s
            (?<recorded>\d+)\srecorded\s\((?<cut>\d+)\sof\sthem\scut\),\s
            (?<malformed>\d+)\smalformed(?:\s\((?<faults>[^)]*)\))?,\s(?<leftOut>\d+)\sleft\sout,\s
            (?<dropped>\d+)\sdropped(?:\s\((?<losses>[^)]*)\))?\.\s
            Of\s(?:those\srecorded|\d+\srecords,\swith\sits\sown,)\s(?<committed>\d+)\sare\scommitted,\s
            (?<waiting>\d+)\swait,\sand\s(?<rejected>\d+)\swere\srejected
            /#
        var counts: [String: StatedCounts] = [:]
        for match in text.matches(of: pattern) {
            let output = match.output
            counts[output.name.map(String.init) ?? ""] = StatedCounts(
                received: Int(output.received) ?? -1,
                recorded: Int(output.recorded) ?? -1,
                cut: Int(output.cut) ?? -1,
                malformed: Int(output.malformed) ?? -1,
                leftOut: Int(output.leftOut) ?? -1,
                dropped: Int(output.dropped) ?? -1,
                committed: Int(output.committed) ?? -1,
                waiting: Int(output.waiting) ?? -1,
                rejected: Int(output.rejected) ?? -1,
                reasons: reasons(output.faults).merging(reasons(output.losses)) { $1 }
            )
        }
        return counts
    }

    /// Checks that each message that was received is accounted for, by listener and in all.
    ///
    /// - Parameter text: records of one process, which has ended.
    /// - Returns: what is wrong; nothing where all is right.
    package static func accountingFaults(in text: String) -> [String] {
        var counts = last(in: text)
        guard let all = counts.removeValue(forKey: "") else { return ["the log has no statistics"] }
        var faults = all.faults
        for (name, one) in counts {
            faults += one.faults.map { "\(name): \($0)" }
            let settled = one.committed + one.waiting + one.rejected
            if settled != one.recorded {
                faults.append("\(name): \(one.recorded) recorded, and \(settled) of them settled")
            }
        }
        for (what, path) in [("received", \StatedCounts.received), ("recorded", \.recorded), ("dropped", \.dropped)] {
            let sum = counts.values.reduce(0) { $0 + $1[keyPath: path] }
            if sum != all[keyPath: path] { faults.append("\(all[keyPath: path]) \(what), and \(sum) by listener") }
        }
        return faults
    }

    private static func reasons(_ text: Substring?) -> [String: Int] {
        var counts: [String: Int] = [:]
        for part in text?.split(separator: ", ") ?? [] {
            let words = part.split(separator: " ")
            counts[String(words[0])] = words.last.flatMap { Int($0) } ?? -1
        }
        return counts
    }
}

extension DaemonProcess {
    /// The end of this run's part of the log, where the last statistics are; to look through all of it may take long.
    private var lastRecords: String { String(decoding: runLog.utf8.suffix(256 << 10), as: UTF8.self) }

    /// The last statistics of each listener in this run's part of the log, those of all under an empty name.
    package var statedCounts: [String: StatedCounts] { StatedCounts.last(in: lastRecords) }

    /// Checks, after the end, that each message that was received is accounted for, by listener and in all.
    ///
    /// - Returns: what is wrong; nothing where all is right.
    package func accountingFaults() -> [String] { StatedCounts.accountingFaults(in: lastRecords) }
}
