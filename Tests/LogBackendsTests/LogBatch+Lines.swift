import LogBackends
import LogRecords

extension LogBatch {
    /// A batch with a record for each line.
    init(lines: [String]) {
        self.init()
        for line in lines {
            bytes.append(utf8: line + "\n")
            endRecord()
        }
    }
}
