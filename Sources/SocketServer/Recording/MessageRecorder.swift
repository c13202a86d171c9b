import Linux
import LogFormats
import LogRecords

/// Makes records of what senders send on one thread's sockets: owns the time zone, and the reports about malformed
/// messages.
final class MessageRecorder {
    private let loop: EventLoop
    private let recorder: Recorder
    private let reporter: MalformedMessageReporter
    private var returned = RateLimit(interval: .seconds(60))
    private var calendar = CalendarCache()
    private var inputBytes = 0

    init(_ loop: EventLoop, _ recorder: Recorder, reporter: MalformedMessageReporter) {
        self.loop = loop
        self.recorder = recorder
        self.reporter = reporter
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
            loop.now,
            by: observer,
            reader.account
        ) { record throws(MessageError) in
            guard try reader.read(message, length: length, from: origin, into: &record, context) else { return false }
            isReturned = ReturnedRecord.mark(&record, of: message)
            return true
        }
        guard isRecorded else { return reader.account.countLeftOut() }
        reader.account.countRecorded(isCut: length > message.count, isReturned: isReturned)
        if isReturned { reportReturned(from: origin) }
    }

    /// Reports the records of ours that came back in a minute together.
    private func reportReturned(from origin: Origin) {
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
    ///   - account: of the listener.
    func reportMalformed(
        _ message: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ fault: MessageError,
        _ account: MessageAccount
    ) {
        reporter.report(message, length: length, from: origin, fault, account)
    }

    /// Counts and reports a stream of another protocol.
    func report(_ foreign: ForeignProtocol, _ start: Span<UInt8>, from origin: Origin, _ account: MessageAccount) {
        reporter.report(foreign, start, from: origin, account)
    }

    /// Reports a connection that does not come from a trusted proxy, or has no PROXY header.
    func reportRefused(_ reason: String, _ start: Span<UInt8>, from origin: Origin) {
        reporter.reportRefused(reason, start, from: origin)
    }

    // MARK: how much comes in

    /// Counts bytes of messages that a stream brought.
    func countInput(_ bytes: Int) {
        inputBytes &+= bytes
    }

    /// The bytes that were counted since the last call.
    func takeInputCount() -> Int {
        defer { inputBytes = 0 }
        return inputBytes
    }
}
