import Linux
import LogFormats
import LogRecords

/// Takes the messages out of the datagrams of one socket and has them recorded. Used on its loop's thread only.
final class DatagramIntake: Ticker {
    private let reader: MessageReader
    private let policy: RecordPolicy
    private let worker: SocketWorker
    /// Unchecked, because asking costs more than the access: framings call nothing.
    @exclusivity(unchecked) private var framing: any DatagramFraming
    private var isTicking = false

    /// - Parameters:
    ///   - limit: how many bytes of one message are kept.
    ///   - policy: what the listener makes of the sender's severity and facility.
    init(_ format: LogFormat, limit: Int, policy: RecordPolicy, _ worker: SocketWorker) {
        reader = worker.messages.reader(of: format)
        self.policy = policy
        self.worker = worker
        framing = format.parserType.makeDatagramFraming(limit: limit)
    }

    /// Records the message that a datagram is, or completes.
    ///
    /// - Parameters:
    ///   - datagram: as much of it as was received.
    ///   - length: how many bytes were sent.
    func take(_ datagram: Span<UInt8>, length: Int, from origin: Origin, _ reception: Reception) {
        do throws(MessageFault) {
            try record(datagram, length: length, from: origin, reception)
        } catch {
            worker.messages.reportMalformed(datagram, length: length, from: origin, error)
        }
        watchExpiry()
    }

    func tick() {
        expire(at: worker.loop.now.nanoseconds)
        guard framing.nextExpiry == nil else { return }
        isTicking = false
        worker.loop.remove(self)
    }

    /// Reports what is not complete: nothing more comes.
    func finish() {
        expire(at: .max)
    }

    private func record(
        _ datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ reception: Reception
    ) throws(MessageFault) {
        let now = worker.loop.now.nanoseconds
        guard let frame = try framing.frame(of: datagram, length: length, from: origin, at: now) else { return }
        switch frame.place {
        case .input(let range):
            try record(datagram.extracting(range), frame.length, origin, reception)
        case .held(let range):
            let held = framing.held
            try record(held.span.extracting(range), frame.length, origin, reception)
        }
    }

    private func record(
        _ message: Span<UInt8>,
        _ length: Int,
        _ origin: Origin,
        _ reception: Reception
    ) throws(MessageFault) {
        let messages = worker.messages
        try messages.record(message, length: length, with: reader, under: policy, from: origin, by: nil, reception)
    }

    // MARK: messages that never become complete

    private func watchExpiry() {
        guard let next = framing.nextExpiry else { return }
        if next <= worker.loop.now.nanoseconds { expire(at: worker.loop.now.nanoseconds) }
        guard !isTicking else { return }
        isTicking = true
        worker.loop.add(self)
    }

    private func expire(at now: Int64) {
        while let failure = framing.expire(at: now) {
            worker.messages.reportMalformed(Span(), length: 0, from: failure.origin, failure.fault)
        }
    }
}
