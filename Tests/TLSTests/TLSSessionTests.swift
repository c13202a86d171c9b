import COpenSSL
import TLS
import TestSupport
import Testing

/// Sessions with OpenSSL's own client, in memory.
@Suite struct TLSSessionTests {
    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    @Test(arguments: versions, [1, 3, 100, Int.max])
    func dataArrivesHoweverItIsCut(version: Int32, pieceSize: Int) throws {
        let context = try TLSContext(Conversation.options())
        let talk = try Conversation(TLSClient(Conversation.client(nil, version: version)), context)
        talk.run(pieceSize: pieceSize)
        #expect(talk.isEstablished && talk.client.isEstablished)
        #expect(talk.version == (version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"))
        #expect(talk.peerCertificate == nil)
        let data = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        for byte in data[..<100] { talk.client.write([byte]) }
        talk.client.write(Array(data[100...]))
        talk.client.writeCloseNotify()
        talk.run(pieceSize: pieceSize)
        #expect(talk.plaintext == data)
        #expect(talk.end == .closed)
        talk.send(Array("reply".utf8))
        talk.sendCloseNotify()
        #expect(talk.client.received == Array("reply".utf8))
        #expect(talk.client.hasCloseNotify)
    }

    /// What comes with the last bytes of the handshake is given by the next call only.
    @Test func plaintextWaitsForTheCallAfterTheHandshake() throws {
        let client = try TLSClient()
        let talk = try Conversation(client, TLSContext(Conversation.options()))
        client.take([])
        talk.give(client.takeOutput())
        client.write(Array("early".utf8))
        #expect(!talk.isEstablished)
        talk.receive(client.takeOutput())
        #expect(talk.isEstablished && talk.hasPending)
        #expect(talk.plaintext.isEmpty)
        talk.receive([])
        #expect(talk.plaintext == Array("early".utf8))
        #expect(!talk.hasPending)
    }

    /// A record is larger than the room: the rest waits in the session, with what follows it.
    @Test(arguments: [1, 7, 16_384, 20_000])
    func littleRoomSuffices(room: Int) throws {
        let talk = try Conversation(TLSClient(), TLSContext(Conversation.options()), room: room)
        talk.run()
        let data = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        talk.client.write(data)
        talk.client.writeCloseNotify()
        talk.run()
        #expect(talk.plaintext == data)
        #expect(talk.end == .closed)
    }

    /// Stock log handlers never read: nothing is written to them after the handshake.
    @Test(arguments: versions) func nothingIsSentAfterTheHandshake(version: Int32) throws {
        let talk = try Conversation(
            TLSClient(Conversation.client(nil, version: version)),
            TLSContext(Conversation.options())
        )
        talk.run()
        let sent = talk.sentCount
        talk.client.write(Array("message\n".utf8))
        talk.client.writeCloseNotify()
        talk.run()
        #expect(talk.end == .closed)
        #expect(talk.sentCount == sent)
    }

    @Test func keysAreUpdated() throws {
        let talk = try Conversation(TLSClient(), TLSContext(Conversation.options()))
        talk.run()
        talk.client.updateKeys()
        talk.client.write([1])
        talk.run()
        talk.send([2])
        #expect(talk.plaintext == [1])
        #expect(talk.client.received == [2])
        #expect(talk.end == nil)
    }

    @Test func renegotiationIsRefused() throws {
        let talk = try Conversation(
            TLSClient(Conversation.client(nil, version: TLS1_2_VERSION)),
            TLSContext(Conversation.options())
        )
        talk.run()
        #expect(!talk.client.renegotiate())
        talk.run()
        #expect(talk.client.failure != nil)
        #expect(talk.plaintext.isEmpty)
    }

    /// What came before the damage is good.
    @Test func damageEndsTheSession() throws {
        let talk = try Conversation(TLSClient(), TLSContext(Conversation.options()))
        talk.run()
        talk.client.write(Array("first".utf8))
        let good = talk.client.takeOutput()
        talk.client.write(Array("second".utf8))
        var bad = talk.client.takeOutput()
        bad[bad.count - 1] ^= 1
        talk.give(good + bad)
        #expect(talk.plaintext == Array("first".utf8))
        #expect(talk.end == .failed(TLSFailure("TLS failed: decryption failed or bad record mac")))
        let sent = talk.sentCount
        talk.send([1])
        talk.sendCloseNotify()
        talk.give(good)
        #expect(talk.sentCount == sent)
        #expect(talk.plaintext == Array("first".utf8))
    }
}
