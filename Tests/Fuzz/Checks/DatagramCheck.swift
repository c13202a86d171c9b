import LogFormats
import LogRecords

/// GELF in datagrams: inflated, put together of chunks, parsed.
enum DatagramCheck {
    private static let limit = 1 << 16
    private static let origins = (0..<4).map { port in
        Origin(
            protocolName: "gelf",
            listener: "fuzz",
            peer: .internet(address: "192.0.2.1", port: UInt16(port)),
            connection: nil
        )
    }

    /// The input is datagrams, each after two bytes: its size, shifted by the upper two bits of the second byte, whose
    /// other bits are the time that has passed, and the sender.
    static func check(_ data: [UInt8]) throws(FuzzFault) {
        var assembler = GELFAssembler(limit: limit)
        let parse = MessageCheck.gelf.make()
        var record = LogRecord(nil, severity: .debug)
        var input = FuzzInput(data)
        var now: Int64 = 0
        var chunks = 0
        var ended = 0
        while !input.rest.isEmpty {
            let header = input.take(2)
            let steering = header.count == 2 ? Int(header[1]) : 0
            let datagram = input.take(Int(header[0]) << (steering >> 6))
            now += Int64(steering >> 2 & 15) << 28
            let origin = origins[steering & 3]
            let isChunk = datagram.starts(with: [0x1E, 0x0F])
            if isChunk { chunks += 1 }
            do {
                switch try assembler.add(datagram.span, from: origin, at: now) {
                case .datagram:
                    try FuzzFault.expect(!isChunk, "a chunk is a message")
                    _ = try MessageCheck.run(parse, datagram, &record)
                case .message:
                    try FuzzFault.expect(assembler.message.count <= limit, "a message is too long")
                    _ = try MessageCheck.run(parse, assembler.message, &record)
                    if isChunk { ended += 1 }
                case .incomplete:
                    try FuzzFault.expect(isChunk, "a datagram has gone")
                }
            } catch let fault as FuzzFault {
                throw fault
            } catch {
                if isChunk { ended += 1 }
            }
            while assembler.expire(at: now) != nil { ended += 1 }
            try FuzzFault.expect(ended <= chunks, "more messages came to an end than chunks came")
            try FuzzFault.expect(assembler.setCount <= min(chunks, 1024), "\(assembler.setCount) messages are kept")
        }
        while assembler.expire(at: now + GELFAssembler.timeLimit) != nil { ended += 1 }
        try FuzzFault.expect(assembler.setCount == 0, "a message is kept for ever")
        try FuzzFault.expect(ended <= chunks, "more messages came to an end than chunks came")
        try FuzzFault.expect(chunks == 0 || ended > 0, "chunks have gone without a word")
    }
}
