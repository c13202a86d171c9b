import Linux
import LogRecords

/// What a connection records of itself.
extension StreamConnection {
    func recordStart() {
        recorder.record(.connectionEstablished, .informational, origin, by: self) { record in
            record.append("Connection established with ")
            record.append(origin.peerText)
        }
    }

    func recordTimeout(_ what: StaticString) {
        recorder.record(.connectionTimedOut, .warning, origin, by: self) { record in
            record.append("Connection with ")
            record.append(origin.peerText)
            record.append(" timed out: ")
            record.append(what)
            record.append(listener.idleTimeoutText)
        }
    }

    func recordData(_ event: Event, _ text: StaticString, _ data: Span<UInt8>) {
        recorder.record(event, .debug, origin, by: self) { record in
            record.append(text)
            record.append(escaping: data)
            record.set(.data, to: data)
        }
    }

    func recordEnd(_ failure: Failure?) {
        let event: Event = failure == nil ? .connectionClosed : .connectionLost
        recorder.record(event, failure == nil ? .informational : .warning, origin, by: self) { record in
            switch failure {
            case nil:
                record.append("Connection closed")
            case .system(let error):
                record.append("Connection with \(origin.peerText) lost: \(error)")
                record.set(.errno, to: Int64(error.number))
            case .other(let reason):
                record.append("Connection with \(origin.peerText) lost: \(reason)")
            }
            record.set(.bytesReceived, to: Int64(bytesReceived))
            record.set(.bytesSent, to: Int64(bytesSent))
            record.set(.duration, to: (loop.now - started).wholeNanoseconds / 1000)
        }
    }
}
