import Linux
import LogFormats
import LogRecords

/// Makes records of what senders send on one thread's sockets: owns the time zone, the memory budget of
/// unfinished messages, and the reports about malformed ones.
final class MessageRecorder {
    /// The most memory that the unfinished messages of all streams may take.
    static let bufferLimit = 64 * 1024 * 1024
    /// And as much of it each stream has in any case.
    static let freeBuffer = 8 * 1024

    private let recorder: Recorder
    private let reporter: MalformedMessageReporter
    private let metrics: ServerMetrics
    private var returned = RateLimit(interval: .seconds(60))
    private var calendar = CalendarCache()
    private var bufferedBytes = 0
    private var inputBytes = 0
    /// Messages that became records, and those of them that were cut, since the last call of `publishCounts`.
    private var recordedCount: UInt64 = 0
    private var cutCount: UInt64 = 0

    init(_ recorder: Recorder, reporter: MalformedMessageReporter, metrics: ServerMetrics) {
        self.recorder = recorder
        self.reporter = reporter
        self.metrics = metrics
    }

    /// When and where what has just been received was received.
    func receiveContext() -> ReceiveContext {
        let time = WallTime.now
        return ReceiveContext(time: time, secondsFromUTC: calendar.secondsFromUTC(at: time))
    }

    /// The position of the last record.
    var position: UInt64 { recorder.position }

    /// Parses a message and records it, unless its listener's policy leaves it out; that is counted.
    ///
    /// - Parameters:
    ///   - message: as much of it as was kept.
    ///   - length: how many bytes were sent; a message that has fewer is marked as cut.
    ///   - reader: of the listener.
    ///   - origin: the sender.
    ///   - observer: learns when the output rejects the record.
    ///   - context: when and where the message was received.
    /// - Throws: why the message is malformed; then there is no record.
    func record(
        _ message: Span<UInt8>,
        length: Int,
        with reader: MessageReader,
        from origin: Origin,
        by observer: (any CommitObserver)?,
        _ context: ReceiveContext
    ) throws(MessageError) {
        var isReturned = false
        let isRecorded = try recorder.recordMessage(
            from: origin,
            at: context.time,
            by: observer
        ) { record throws(MessageError) in
            guard try reader.read(message, length: length, from: origin, into: &record, context) else { return false }
            isReturned = ReturnedRecord.mark(&record, of: message)
            return true
        }
        guard isRecorded else { return metrics.messageLeftOut() }
        recordedCount &+= 1
        if length > message.count { cutCount &+= 1 }
        if isReturned { reportReturned(from: origin) }
    }

    /// Counts a record of ours that came back, and reports those of a minute together.
    private func reportReturned(from origin: Origin) {
        metrics.recordReturned()
        returned.add()
        guard let count = returned.take(at: .now) else { return }
        recorder.record(.recordsReturned, .warning, origin) { record in
            record.append("Records of sockserved come back to it, the last of \(count) from \(origin.peerText) ")
            record.append("to listener \(origin.listener); see \"Forwarding loops\" in sockserved(8)")
        }
    }

    /// Counts and reports a message that could not be read.
    ///
    /// - Parameters:
    ///   - message: all of it, or its beginning.
    ///   - length: how many bytes it has.
    ///   - origin: its sender.
    ///   - fault: why it could not be read.
    func reportMalformed(_ message: Span<UInt8>, length: Int, from origin: Origin, _ fault: MessageError) {
        reporter.report(message, length: length, from: origin, fault)
    }

    /// Counts and reports a stream of another protocol.
    func report(_ foreign: ForeignProtocol, _ start: Span<UInt8>, from origin: Origin) {
        reporter.report(foreign, start, from: origin)
    }

    // MARK: how much comes in

    /// Adds what was recorded to the metrics: once an iteration of the loop costs less than once a record.
    func publishCounts() {
        guard recordedCount > 0 else { return }
        metrics.messagesRecorded(recordedCount, cut: cutCount)
        recordedCount = 0
        cutCount = 0
    }

    /// Counts bytes of messages that a stream brought.
    func countInput(_ bytes: Int) {
        inputBytes &+= bytes
    }

    /// The bytes that were counted since the last call.
    func takeInputCount() -> Int {
        defer { inputBytes = 0 }
        return inputBytes
    }

    // MARK: the memory budget of unfinished messages

    /// How much the streams take together.
    var bufferedMemory: Int { bufferedBytes }

    /// Takes memory for a stream's unfinished message from the budget, or gives it back.
    ///
    /// - Parameters:
    ///   - growth: how much more the stream takes than before; negative: less.
    ///   - total: how much it takes now.
    ///   - limit: how much all may take together.
    /// - Returns: false when it takes more than before, and all together more than they may.
    func reserveBuffer(_ growth: Int, total: Int, limit: Int) -> Bool {
        bufferedBytes &+= growth
        return growth <= 0 || total <= Self.freeBuffer || bufferedBytes <= limit
    }
}
