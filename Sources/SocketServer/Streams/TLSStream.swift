import LogRecords
import TLS

/// TLS of one connection: its session, and what is known of the peer.
final class TLSStream {
    var session: TLSSession
    /// Where encrypted bytes are received, on this thread; valid until the next receive.
    let scratch: UnsafeMutableRawBufferPointer
    /// Whether the first name of the peer's certificate is the host of its messages.
    private let namesHost: Bool
    /// The plaintext of the last reply, until it is taken.
    private var reply: [UInt8] = []
    /// How many bytes of plaintext were sent.
    private(set) var bytesSent = 0
    /// Whether the end of the session has been given to the connection.
    var hasGivenEnd = false

    init(_ session: consuming TLSSession, scratch: UnsafeMutableRawBufferPointer, namesHost: Bool) {
        self.session = session
        self.scratch = scratch
        self.namesHost = namesHost
    }

    /// Whether a receive would bring something without new bytes.
    var hasPending: Bool { session.hasPending || session.end != nil && !hasGivenEnd }

    /// Encrypts a reply, for the output of the session.
    func encrypt(_ bytes: [UInt8]) {
        reply = bytes
        bytesSent &+= bytes.count
        session.send(bytes.span)
    }

    /// The plaintext of the last reply, which is kept until then.
    func takeReply() -> [UInt8] {
        defer { reply = [] }
        return reply
    }

    /// The peer, as the complete handshake has shown it.
    var peer: TLSPeer {
        let certificate = session.peerCertificate.map { certificate in
            TLSPeer.Certificate(
                subject: certificate.subject,
                names: certificate.names,
                fingerprint: certificate.fingerprint
            )
        }
        let host = namesHost ? certificate?.names.first : nil
        return TLSPeer(version: session.version, certificate: certificate, host: host)
    }
}
