import Linux
import LogFormats
import LogRecords

/// Takes the messages out of the datagrams of one socket and has them recorded.
///
/// Used on its loop's thread only.
final class DatagramIntake: Ticker, MemoryHolder {
    private let reader: MessageReader
    private let worker: SocketWorker
    /// Unchecked, because asking costs more than the access: framings call nothing.
    @exclusivity(unchecked) private var framing: any DatagramFraming
    var deadline = DeadlineQueue.Place()
    /// As it was counted last.
    private(set) var heldMemory = 0

    /// Makes the intake of one socket.
    ///
    /// - Parameters:
    ///   - reader: reads the messages.
    ///   - limit: how many bytes of one message are kept.
    ///   - worker: the thread that serves the socket.
    init(_ reader: MessageReader, limit: Int, _ worker: SocketWorker) {
        self.reader = reader
        self.worker = worker
        framing = reader.format.parserType.makeDatagramFraming(limit: limit)
    }

    /// Records the message that a datagram is, or completes.
    ///
    /// - Parameters:
    ///   - datagram: as much of it as was received.
    ///   - length: how many bytes were sent.
    ///   - origin: the sender.
    ///   - source: counts the messages of the sender.
    ///   - context: when and where the datagram was received.
    func take(
        _ datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ source: SourceCount,
        _ context: ReceiveContext
    ) {
        do throws(MessageError) {
            try record(datagram, length: length, from: origin, source, context)
        } catch {
            report(datagram, length: length, from: origin, error)
        }
        watchExpiry()
        if !noteMemory() { worker.makeRoom() }
    }

    func tick() {
        watchExpiry()
    }

    /// Reports what is not complete: nothing more comes.
    func finish() {
        expire(at: .max)
    }

    private func record(
        _ datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ source: SourceCount,
        _ context: ReceiveContext
    ) throws(MessageError) {
        guard let frame = try frame(of: datagram, length: length, from: origin, source) else { return }
        let messages = worker.messages
        let context = context.of(frame)
        switch frame.place {
        case .input(let range):
            let message = datagram.extracting(range)
            try messages.record(message, length: frame.length, with: reader, from: origin, by: nil, context)
        case .buffered(let range):
            let buffered = framing.buffered
            let message = buffered.span.extracting(range)
            try messages.record(message, length: frame.length, with: reader, from: origin, by: nil, context)
        }
    }

    /// The message that a datagram is, or completes; nil where others are missing.
    ///
    /// - Throws: why there is none.
    private func frame(
        of datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ source: SourceCount
    ) throws(MessageError) -> Frame? {
        let now = worker.loop.now.nanoseconds
        do throws(MessageError) {
            let frame = try framing.frame(of: datagram, length: length, from: origin, at: now)
            if frame != nil { reader.account.countReceived(from: source) }
            return frame
        } catch {
            reader.account.countReceived(from: source)
            throw error
        }
    }

    private func report(_ message: Span<UInt8>, length: Int, from origin: Origin, _ fault: MessageError) {
        worker.messages.reportMalformed(message, length: length, from: origin, fault, reader.account)
    }

    // MARK: messages that never become complete

    private func watchExpiry() {
        let now = worker.loop.now.nanoseconds
        guard let due = framing.nextExpiry else { return }
        if due <= now { expire(at: now) }
        guard let next = framing.nextExpiry else { return }
        worker.loop.schedule(self, after: .nanoseconds(next &- now))
    }

    // MARK: memory

    /// All senders of one socket count together; among them the framing is fair.
    var source: Source { .others }

    func releaseMemory() {}

    func giveUp() {
        framing.giveUpOne()
        expire(at: worker.loop.now.nanoseconds)
    }

    /// Counts the memory of the messages that are not complete.
    ///
    /// - Returns: false where it has grown, and too much is held.
    @discardableResult
    private func noteMemory() -> Bool {
        worker.memory.change(&heldMemory, to: framing.heldMemory)
    }

    private func expire(at now: Int64) {
        while let failure = framing.expire(at: now) {
            let source = worker.metrics.sources.count(of: Source(failure.origin.peer))
            reader.account.countReceived(from: source)
            report(Span(), length: 0, from: failure.origin, failure.error)
        }
        noteMemory()
    }
}
