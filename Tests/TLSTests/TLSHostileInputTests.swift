import COpenSSL
import TLS
import TestSupport
import Testing

/// Sessions whose input is cut, random or damaged.
@Suite struct TLSHostileInputTests {
    /// All that a client sends up to its end, and where its handshake ends.
    private static func recording(_ version: Int32, _ context: TLSContext) throws -> Conversation {
        let talk = try Conversation(TLSClient(Conversation.client("client", version: version)), context)
        talk.client.take([])
        return talk
    }

    /// Every beginning of a handshake waits for the rest, and gives nothing.
    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION]) func cutHandshakeGivesNothing(version: Int32) throws {
        let context = try Conversation.verifyingContext()
        var cuts = 0
        for flight in 0..<2 {
            var length = 1
            var isWhole = false
            while !isWhole {
                let talk = try Self.recording(version, context)
                for _ in 0..<flight { talk.give(talk.client.takeOutput()) }
                let bytes = talk.client.takeOutput()
                isWhole = length >= bytes.count
                talk.give(Array(bytes.prefix(length)))
                if !isWhole {
                    #expect(!talk.isEstablished, "\(length) bytes of flight \(flight)")
                    #expect(talk.end == nil)
                }
                #expect(talk.plaintext.isEmpty)
                #expect(talk.isEstablished || talk.peerCertificate == nil)
                length += 1
                cuts += 1
            }
        }
        #expect(cuts > 500)
    }

    @Test func randomBytesAreRefused() throws {
        let context = try TLSContext(Conversation.options())
        var random = SeededGenerator(seed: 12)
        for _ in 0..<500 {
            let talk = try Conversation(TLSClient(), context)
            talk.give((0..<Int.random(in: 5...300, using: &random)).map { _ in .random(in: 0...255, using: &random) })
            #expect(!talk.isEstablished)
            #expect(talk.plaintext.isEmpty)
        }
    }

    /// Each byte of the client's first flight is changed in turn.
    @Test func changedByteNeverEstablishes() throws {
        let context = try TLSContext(Conversation.options())
        var random = SeededGenerator(seed: 13)
        let length = try Self.recording(TLS1_3_VERSION, context).client.takeOutput().count
        for index in 0..<length {
            let talk = try Self.recording(TLS1_3_VERSION, context)
            var bytes = talk.client.takeOutput()
            guard index < bytes.count else { break }
            bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            talk.give(bytes)
            talk.run()
            // The record's version is not looked at, and not part of what both have agreed on.
            #expect(!talk.isEstablished || (1...2).contains(index), "byte \(index)")
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "http request"),
        ("<13>message of a plain sender\n", "wrong version number"),
    ])
    func plainTextIsNamed(text: String, reason: String) throws {
        let talk = try Conversation(TLSClient(), TLSContext(Conversation.options()))
        talk.give(Array(text.utf8))
        #expect(talk.end == .failed(TLSFailure("TLS failed: \(reason)")))
    }
}
