import LogRecords

/// The starts of the lines of one time, for each severity: all records of one receive have the same time.
struct LineStarts {
    private var time: WallTime?
    /// By the index; empty where there is none yet.
    var texts = [[UInt8]](repeating: [], count: Severity.allCases.count)

    /// The index of a start; of another time than the last one, all are empty.
    mutating func index(of time: WallTime, _ severity: Severity) -> Int {
        if self.time != time {
            self.time = time
            for index in texts.indices where !texts[index].isEmpty { texts[index].removeAll(keepingCapacity: true) }
        }
        return Int(severity.rawValue)
    }
}
