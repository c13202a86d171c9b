import COpenSSL
import TLS

/// A TLS session as server, and its promises for bytes that are cut, mixed, repeated and changed on the way.
enum TLSCheck {
    /// The way to a certificate with its key, which signs itself, and serves as the server's, the client's and the CA's.
    private static let certificate: String = {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        return (folder + ["certificate.pem"]).joined(separator: "/")
    }()

    // OpenSSL lets threads share contexts that are not changed (openssl-threads(7)).
    nonisolated(unsafe) private static let clients = [
        TLSFuzzClient.makeContext(certificate: nil), TLSFuzzClient.makeContext(certificate: certificate),
    ]

    private static let server: TLSContext? = {
        var options = TLSOptions(certificate: certificate, key: certificate)
        options.clients = .request
        options.clientCA = certificate
        return try? TLSContext(options)
    }()

    /// The first bytes of another client.
    private static let strangersHello: [UInt8] = {
        let stranger = clients[0].flatMap { TLSFuzzClient($0, version: TLS1_3_VERSION) }
        stranger?.take([])
        return stranger?.takeOutput() ?? []
    }()

    /// The client writes no more while so many bytes are on the way.
    private static let wayLimit = 256 * 1024

    /// The input is steps of two bytes, the number of the step with a shift for the size, and the size; its last byte
    /// chooses the client.
    static func check(_ data: [UInt8]) throws(FuzzFault) {
        var input = FuzzInput(data)
        let choice = input.number()
        let hasCertificate = choice & 1 != 0
        let version = choice & 2 == 0 ? TLS1_3_VERSION : TLS1_2_VERSION
        guard let context = clients[choice & 1], let client = TLSFuzzClient(context, version: version),
            let session = try? server?.makeSession()
        else { throw FuzzFault("\(certificate) cannot be used") }
        let dialogue = TLSFuzzDialogue(session, client, hasCertificate: hasCertificate)
        for _ in 0..<256 where !input.rest.isEmpty {
            let step = input.take(2)
            let size = step.count == 2 ? Int(step[1]) << Int(step[0] >> 4 & 7) : 0
            try take(step[0] & 15, size, &input, dialogue)
        }
        try dialogue.end()
    }

    private static func take(
        _ step: UInt8,
        _ size: Int,
        _ input: inout FuzzInput,
        _ dialogue: TLSFuzzDialogue
    ) throws(FuzzFault) {
        switch step {
        case 0: try dialogue.deliver(.max)
        case 1, 2: try dialogue.deliver(size)
        case 3 where dialogue.way.count < wayLimit: dialogue.act { $0.write(size) }
        case 3: break
        case 4: dialogue.act { $0.writeCloseNotify() }
        case 5: dialogue.act { $0.updateKeys() }
        case 6: try dialogue.send(size)
        case 7: try dialogue.sendCloseNotify()
        case 8: dialogue.room = max(1, size)
        default: harm(step, size, &input, dialogue)
        }
    }

    private static func harm(_ step: UInt8, _ size: Int, _ input: inout FuzzInput, _ dialogue: TLSFuzzDialogue) {
        switch step {
        case 9: dialogue.harm { if size < $0.count { $0[size] ^= 1 << (UInt8(size & 7)) } }
        case 10: dialogue.harm { $0.removeFirst(min(size, $0.count)) }
        case 11: dialogue.harm { $0.removeLast(min(size, $0.count)) }
        case 12: dialogue.harm { $0.insert(contentsOf: $0.prefix(size), at: 0) }
        case 13: dialogue.harm { $0 = Array($0.dropFirst(size) + $0.prefix(size)) }
        case 14: dialogue.harm { $0.insert(contentsOf: strangersHello, at: min(size, $0.count)) }
        default:
            let bytes = input.take(size & 63)
            dialogue.harm { $0.insert(contentsOf: bytes, at: 0) }
        }
    }
}
