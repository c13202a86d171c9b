import TLS
import TestSupport

/// A session under test with a client, and what came of it.
final class Conversation {
    let client: TLSClient
    private var session: TLSSession
    /// What the server understood.
    private(set) var plaintext: [UInt8] = []
    /// How many bytes the server has sent.
    private(set) var sentCount = 0
    private let room: Int

    init(_ client: TLSClient, _ context: TLSContext, room: Int = 65_536) throws {
        self.client = client
        self.room = room
        session = try context.makeSession()
    }

    var isEstablished: Bool { session.isEstablished }
    var hasPending: Bool { session.hasPending }
    var end: TLSSession.End? { session.end }
    var version: String { session.version }
    var peerCertificate: PeerCertificate? { session.peerCertificate }

    /// Options for the certificate `server`, or another one.
    static func options(_ name: String = "server") throws -> TLSOptions {
        let certificates = try Certificates.shared.get()
        return TLSOptions(certificate: certificates.certificate(name), key: certificates.key(name))
    }

    /// A context that requires certificates of `ca`.
    static func verifyingContext(_ clients: TLSOptions.ClientMode = .require) throws -> TLSContext {
        var options = try options()
        options.clients = clients
        options.clientCA = try Certificates.shared.get().certificate("ca")
        return try TLSContext(options)
    }

    /// Options of a client with a certificate; nil: without one.
    static func client(_ name: String?, version: Int32? = nil) throws -> TLSClient.Options {
        var options = TLSClient.Options()
        if let version { options.version = version }
        guard let name else { return options }
        options.certificate = try Certificates.shared.get().certificate(name)
        options.key = try Certificates.shared.get().key(name)
        return options
    }

    /// Gives the server bytes in pieces of a size, and the client its answers.
    func give(_ bytes: [UInt8], pieceSize: Int = .max) {
        var rest = bytes[...]
        repeat {
            let piece = Array(rest.prefix(pieceSize))
            rest = rest.dropFirst(piece.count)
            receive(piece)
            while session.hasPending { receive([]) }
            answer()
        } while !rest.isEmpty
    }

    /// Gives the server bytes, once.
    func receive(_ bytes: [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: room)
        let count = bytes.withUnsafeBytes { input in
            buffer.withUnsafeMutableBytes { session.receive(input, into: $0) }
        }
        plaintext += buffer[..<count]
    }

    private func answer() {
        let output = session.takeOutput()
        sentCount += output.count
        client.take(output)
    }

    /// Goes on until neither has something to say.
    func run(pieceSize: Int = .max) {
        client.take([])
        while true {
            let bytes = client.takeOutput()
            guard !bytes.isEmpty else { return }
            give(bytes, pieceSize: pieceSize)
        }
    }

    func send(_ bytes: [UInt8]) {
        session.send(bytes.span)
        answer()
    }

    func sendCloseNotify() {
        session.sendCloseNotify()
        answer()
    }
}
