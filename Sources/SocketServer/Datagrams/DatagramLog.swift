import Linux
import LogRecords

/// The records that a datagram socket makes.
struct DatagramLog {
    private let recorder: Recorder
    private let name: String
    /// The listener without a sender.
    private let origin: Origin

    init(_ recorder: Recorder, _ socket: DatagramSocket) {
        self.recorder = recorder
        name = socket.name
        origin = Origin(protocolName: socket.service.name, listener: name, peer: nil, connection: nil)
    }

    /// Records the data of a datagram.
    ///
    /// - Parameters:
    ///   - data: as much of it as was received.
    ///   - length: how many bytes were sent.
    ///   - origin: the sender.
    ///   - observer: learns when the output rejects the record.
    ///   - account: counts what becomes of the datagram.
    ///   - time: when it was received.
    func recordReceived(
        _ data: Span<UInt8>,
        length: Int,
        from origin: Origin,
        by observer: (any CommitObserver)?,
        _ account: MessageAccount,
        at time: MonotonicTime
    ) {
        recorder.recordData(.dataReceived, .debug, origin, by: observer, account, at: time) { record in
            record.append("Received data from ")
            fill(&record, with: data, origin)
            if length > data.count { record.append(" [cut, \(length) bytes were sent]") }
        }
    }

    func recordSent(_ data: Span<UInt8>, to origin: Origin) {
        recorder.record(.dataSent, .debug, origin) { record in
            record.append("Sent data to ")
            fill(&record, with: data, origin)
        }
    }

    private func fill(_ record: inout LogRecord, with data: Span<UInt8>, _ origin: Origin) {
        record.append(origin.peerText)
        record.append(": ")
        record.append(escaping: data)
        record.set(.data, to: data)
    }

    /// Records that a reply was not sent.
    ///
    /// - Parameters:
    ///   - origin: the sender of the datagram.
    ///   - error: why it was not sent; nil: the daemon stops.
    func recordLostReply(to origin: Origin, _ error: Errno?) {
        recorder.record(.connectionLost, .warning, origin) { record in
            record.append("Cannot reply to \(origin.peerText): ")
            record.append(error.map { "\($0)" } ?? "the daemon stops")
            if let error { record.set(.errno, to: Int64(error.number)) }
        }
    }

    /// Records replies that the daemon does not send.
    ///
    /// - Parameters:
    ///   - origin: the sender of the last such datagram.
    ///   - reason: why they are not sent.
    ///   - count: how many there were since the last such record.
    func recordWithheldReply(to origin: Origin, _ reason: WithheldReplies.Reason, count: Int) {
        recorder.record(.replyWithheld, .warning, origin) { record in
            record.append("No reply to a datagram from \(origin.peerText): \(reason)")
            if count > 1 { record.append("; \(count) such replies") }
            record.set(.heldBack, to: Int64(count))
        }
    }

    /// Records that the socket cannot be received from.
    ///
    /// - Parameters:
    ///   - error: of the last receive.
    ///   - count: how often it happened since the last such record.
    func recordFailure(_ error: Errno, count: Int) {
        recorder.record(.acceptFailed, .warning, origin) { record in
            record.append("Cannot receive at \(name): \(error)")
            if count > 1 { record.append(", \(count) times") }
            record.set(.errno, to: Int64(error.number))
        }
    }

    func recordDrops(_ count: Int) {
        recorder.record(.datagramsDropped, .warning, origin) { record in
            record.append("\(count) datagrams dropped by the kernel at \(name): its receive buffer was full")
            record.set(.dropped, to: Int64(count))
        }
    }
}
