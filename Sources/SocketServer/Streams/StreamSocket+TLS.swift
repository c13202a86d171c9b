import Linux
import TLS

/// The operations of a socket with TLS: the same ones, on plaintext.
extension StreamSocket {
    /// As many bytes of TLS wait for a peer that does not read: more than any reply has.
    private static let unsentLimit = 256 * 1024

    /// Receives encrypted bytes, and gives the plaintext that they bring.
    ///
    /// The end of the stream is the peer's close_notify only (RFC 8446, section 6.1).
    mutating func receive(_ tls: TLSStream, into buffer: UnsafeMutableRawBufferPointer, limit: Int) -> Received {
        let received = bytesReceived
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<limit])
        var encrypted = UnsafeRawBufferPointer(start: nil, count: 0)
        if !tls.session.hasPending {
            if let end = tls.session.end { return give(end, of: tls) }
            switch receivePlain(into: tls.scratch, limit: min(limit, tls.scratch.count)) {
            case .bytes(let bytes): encrypted = UnsafeRawBufferPointer(bytes)
            case .end: return .broken(.truncated)
            case let other: return other
            }
        }
        let count = tls.session.receive(encrypted, into: room)
        bytesReceived = received &+ count
        sendOutput(of: tls)
        guard unsentCount <= Self.unsentLimit else {
            return .broken(TLSFailure("it does not read what TLS answers, such as to updates of keys"))
        }
        guard count > 0 else { return tls.session.end.map { give($0, of: tls) } ?? .incomplete }
        return .bytes(UnsafeRawBufferPointer(rebasing: room[..<count]).bindMemory(to: UInt8.self))
    }

    private mutating func give(_ end: TLSSession.End, of tls: TLSStream) -> Received {
        tls.hasGivenEnd = true
        hasReceivedEnd = true
        switch end {
        case .closed: return .end
        case .failed(let failure): return .broken(failure)
        }
    }

    /// Encrypts and sends bytes.
    mutating func send(_ bytes: [UInt8], by tls: TLSStream) -> Sent {
        tls.encrypt(bytes)
        return sendOutput(of: tls)
    }

    /// Sends what the session has to send; the socket keeps what it does not take at once.
    @discardableResult
    mutating func sendOutput(of tls: TLSStream) -> Sent {
        let output = tls.session.takeOutput()
        return output.isEmpty ? sendRest() : sendPlain(output, isLast: false)
    }

    /// Ends our side of the session.
    mutating func sendCloseNotify(by tls: TLSStream) {
        tls.session.sendCloseNotify()
        sendOutput(of: tls)
    }
}
