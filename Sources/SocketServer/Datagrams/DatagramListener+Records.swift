import Linux
import LogRecords

/// What a datagram socket records.
extension DatagramListener {
    func recordData(
        _ event: Event,
        _ text: StaticString,
        _ data: Span<UInt8>,
        _ origin: Origin,
        cutFrom length: Int,
        by author: (any Recorder.Author)? = nil
    ) {
        loop.recorder.record(event, .debug, origin, by: author) { record in
            record.append(text)
            record.append(origin.peerText)
            record.append(": ")
            record.append(escaping: data)
            if length > data.count { record.append(" [cut, \(length) bytes were sent]") }
            record.set(.data, to: data)
        }
    }

    func recordLoss(of reply: Reply, _ reason: String, _ error: Errno?) {
        loop.recorder.record(.connectionLost, .warning, reply.origin) { record in
            record.append("Cannot reply to \(reply.origin.peerText): \(reason)")
            if let error { record.set(.errno, to: Int64(error.number)) }
        }
    }

    func recordFailure(_ error: Errno) {
        loop.recorder.record(.acceptFailed, .warning, listenerOrigin) { record in
            record.append("Cannot receive at \(name): \(error)")
            record.set(.errno, to: Int64(error.number))
        }
    }
}
