package import LogBackends
import LogRecords

extension LogPipeline {
    /// A pipeline whose writer runs.
    package static func started(_ backend: any LogBackend, capacity: Int = 1 << 20) throws -> LogPipeline {
        let pipeline = try LogPipeline(backend: backend, capacity: capacity)
        try pipeline.start()
        return pipeline
    }
}

extension LogProducer {
    private static let event = Event(name: "test", messageID: "00000000000000000000000000000001")

    /// Records texts, each as an event of the program itself.
    package func record(texts: some Sequence<String>) {
        var record = LogRecord(Self.event, severity: .debug)
        for text in texts {
            record.begin(Self.event, severity: .debug, time: .now, origin: nil)
            record.append(text)
            self.record(record)
        }
    }
}
