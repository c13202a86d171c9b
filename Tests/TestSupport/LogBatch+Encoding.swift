package import LogBackends
package import LogRecords

extension LogBatch {
    /// Adds a record as an encoder makes it.
    package mutating func add(_ record: borrowing LogRecord, by encoder: inout any LogEncoder) {
        encoder.encode(record, into: &bytes)
        endRecord()
    }

    /// A batch of records as a backend's encoder makes them.
    package init(_ records: [LogRecord], by backend: any LogBackend) {
        self.init()
        var encoder = backend.makeEncoder()
        for record in records { add(record, by: &encoder) }
    }
}

extension LineFormat {
    /// One record as a line, its end included.
    package func line(of record: borrowing LogRecord) -> [UInt8] {
        var encoder = LineEncoder(self, program: "sockserved")
        var line: [UInt8] = []
        encoder.encode(record, into: &line)
        return line
    }
}
