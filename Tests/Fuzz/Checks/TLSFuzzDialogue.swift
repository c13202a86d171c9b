import TLS

/// A session under test with its client, and the way between them, on which the client's bytes come to harm.
final class TLSFuzzDialogue {
    private var session: TLSSession
    private let client: TLSFuzzClient
    private let hasCertificate: Bool
    /// The server receives at most so many bytes at once, and reads them in at most so many pieces.
    private static let pieceLimit = 16 * 1024
    private static let readLimit = 256

    /// What the client has sent and the server has not yet received.
    private(set) var way: [UInt8] = []
    /// Whether the server gets something else than the client has sent.
    private var isHarmed = false
    /// The room for plaintext in each call.
    var room = 4096
    /// What the server has understood, and what it has sent.
    private var plaintext: [UInt8] = []
    private var sent: [UInt8] = []

    init(_ session: consuming TLSSession, _ client: TLSFuzzClient, hasCertificate: Bool) {
        self.session = session
        self.client = client
        self.hasCertificate = hasCertificate
        client.take([])
        way = client.takeOutput()
    }

    /// The client does something.
    func act(_ act: (TLSFuzzClient) -> Void) {
        act(client)
        way += client.takeOutput()
    }

    /// Something happens on the way.
    func harm(_ change: (inout [UInt8]) -> Void) {
        let before = way
        change(&way)
        if way != before { isHarmed = true }
    }

    /// The server receives the next bytes on the way.
    func deliver(_ count: Int) throws(FuzzFault) {
        var rest = way.prefix(count)
        way.removeFirst(rest.count)
        while !rest.isEmpty {
            try take(Array(rest.prefix(Self.pieceLimit)))
            rest = rest.dropFirst(Self.pieceLimit)
        }
    }

    private func take(_ piece: [UInt8]) throws(FuzzFault) {
        // Where there is much, little room would take too long.
        let room = max(room, piece.count / Self.readLimit)
        try receive(piece, room)
        // Each call takes a byte at least, a message of the handshake, or the end.
        var calls = 0
        while session.hasPending {
            try receive([], room)
            calls += 1
            try FuzzFault.expect(calls <= plaintext.count + piece.count + 64, "a session goes round in circles")
        }
        try checkPromises()
        try answer()
    }

    func send(_ count: Int) throws(FuzzFault) {
        guard session.isEstablished, count > 0 else { return }
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: sent.count + $0) }
        session.send(bytes.span)
        sent += bytes
        try answer()
    }

    func sendCloseNotify() throws(FuzzFault) {
        session.sendCloseNotify()
        try answer()
    }

    /// The rest is delivered: without harm, all that the client has sent has come, and nothing else.
    func end() throws(FuzzFault) {
        try deliver(way.count)
        while !way.isEmpty { try deliver(way.count) }
        guard !isHarmed else { return }
        try FuzzFault.expect(session.isEstablished, "a handshake without harm fails: \(session.end as Any)")
        try FuzzFault.expect(plaintext == client.written, "something is missing without harm")
        let expected = client.hasSentCloseNotify ? TLSSession.End.closed : nil
        try FuzzFault.expect(session.end == expected, "without harm the end is \(session.end as Any)")
    }

    private func receive(_ bytes: [UInt8], _ room: Int) throws(FuzzFault) {
        let (wasEnded, wasEstablished) = (session.end != nil, session.isEstablished)
        var buffer = [UInt8](repeating: 0, count: room)
        let count = bytes.withUnsafeBytes { input in
            buffer.withUnsafeMutableBytes { session.receive(input, into: $0) }
        }
        try FuzzFault.expect(count <= room, "there is more plaintext than room")
        plaintext += buffer[..<count]
        try FuzzFault.expect(count == 0 || !wasEnded && wasEstablished, "there is plaintext out of its time")
    }

    private func answer() throws(FuzzFault) {
        client.take(session.takeOutput())
        way += client.takeOutput()
        try FuzzFault.expect(sent.starts(with: client.received), "the client understands other bytes")
    }

    private func checkPromises() throws(FuzzFault) {
        try FuzzFault.expect(
            client.written.starts(with: plaintext),
            "there is plaintext that the client did not send, or not in this order"
        )
        if session.end == .closed {
            try FuzzFault.expect(client.hasSentCloseNotify, "the end is clean without close_notify")
            try FuzzFault.expect(plaintext == client.written, "the end is clean, and data is missing")
        }
        if session.end != nil { try FuzzFault.expect(!session.hasPending, "there is more after the end") }
        let names = session.peerCertificate?.names
        try FuzzFault.expect(
            names == (session.isEstablished && hasCertificate ? ["fuzz.example.com"] : nil),
            "the client is \(names as Any)"
        )
    }
}
