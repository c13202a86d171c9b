import LogFormats
import TestSupport
import Testing

@Suite struct InflaterTests {
    private func inflate(_ data: [UInt8], limit: Int = 1 << 20) throws(MessageError) -> [UInt8] {
        try inflate(data, Inflater(limit: limit))
    }

    private func inflate(_ data: [UInt8], _ inflater: Inflater) throws(MessageError) -> [UInt8] {
        var output: [UInt8] = []
        try inflater.inflate(data.span, into: &output)
        return output
    }

    private func isCompressed(_ data: [UInt8]) -> Bool { Inflater.isCompressed(data.span) }

    private func reason(_ data: [UInt8], limit: Int = 1 << 20) -> String? {
        do {
            _ = try inflate(data, limit: limit)
            return nil
        } catch {
            return error.reason
        }
    }

    /// Text that compresses by half or so.
    private func text(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 7)
        return (0..<count).map { _ in UInt8.random(in: 0x30..<0x40, using: &random) }
    }

    @Test(arguments: [Deflating.Wrapping.zlib, .gzip], [Int32(0), 1, 6, 9])
    func whatIsCompressedComesBack(_ wrapping: Deflating.Wrapping, _ level: Int32) throws {
        for count in [0, 1, 100, 16_383, 16_384, 16_385, 200_000] {
            let data = Deflating.deflate(text(count), wrapping, level: level)
            #expect(isCompressed(data))
            #expect(try inflate(data) == text(count))
        }
    }

    @Test func oneInflaterTakesManyMessages() throws {
        let inflater = Inflater(limit: 1000)
        let good = Deflating.deflate(text(900))
        let gzip = Deflating.deflate(text(1000), .gzip)
        for _ in 0..<3 {
            #expect(try inflate(good, inflater) == text(900))
            #expect(throws: MessageError.self) { try inflate(good.dropLast(), inflater) }
            #expect(try inflate(gzip, inflater) == text(1000))
            #expect(throws: MessageError.self) { try inflate(Deflating.deflate(text(1001)), inflater) }
        }
    }

    @Test func onlyZlibAndGzipCountAsCompressed() {
        let others: [[UInt8]] = [
            [], [0x78], [0x1F], [0x1F, 0x8C], [0x78, 0x9D], [0x7B, 0x22], [0x1E, 0x0F], Array("xml".utf8),
        ]
        for other in others { #expect(!isCompressed(other)) }
        for second: UInt8 in [0x01, 0x5E, 0x9C, 0xDA] { #expect(isCompressed([0x78, second])) }
    }

    @Test func outputStopsAtTheLimit() throws {
        let data = Deflating.deflate(text(5000))
        #expect(try inflate(data, limit: 5000).count == 5000)
        #expect(reason(data, limit: 4999) == "the message inflates to more than 4999 bytes")
    }

    /// A thousand bytes for each that was sent: no more than the limit and one piece is ever inflated.
    @Test func aBombIsStopped() {
        let bomb = Deflating.deflate([UInt8](repeating: 0, count: 32 << 20), level: 9)
        #expect(bomb.count < 40_000)
        var output: [UInt8] = []
        do {
            try Inflater(limit: 1 << 20).inflate(bomb.span, into: &output)
            Issue.record("the bomb was inflated")
        } catch {
            #expect(error.reason == "the message inflates to more than 1048576 bytes")
        }
        #expect(output.count <= 1 << 20)
    }

    /// A datagram of a thousand bytes is not to become a megabyte of log.
    @Test(arguments: [Deflating.Wrapping.zlib, .gzip])
    func aSmallMessageStaysWithin100TimesItsSize(_ wrapping: Deflating.Wrapping) throws {
        // As well as anything compresses, 64 KiB are free.
        let free = Deflating.deflate([UInt8](repeating: 0x61, count: 65_536), wrapping, level: 9)
        #expect(try inflate(free, limit: 1 << 20).count == 65_536)
        let bomb = Deflating.deflate([UInt8](repeating: 0x61, count: 1 << 20), wrapping, level: 9)
        let most = 100 * bomb.count + 65_536
        #expect(reason(bomb, limit: 1 << 21) == "the message inflates to more than \(most) bytes")
        var output: [UInt8] = []
        #expect(throws: MessageError.self) { try Inflater(limit: 1 << 21).inflate(bomb.span, into: &output) }
        #expect(output.count <= most)
    }

    @Test(arguments: [Deflating.Wrapping.zlib, .gzip])
    func everyTruncationIsAFault(_ wrapping: Deflating.Wrapping) {
        let data = Deflating.deflate(text(300), wrapping)
        for count in 2..<data.count {
            #expect(reason(Array(data.prefix(count))) == "the compressed message is cut off")
        }
    }

    @Test(arguments: [Deflating.Wrapping.zlib, .gzip])
    func whatFollowsIsAFault(_ wrapping: Deflating.Wrapping) {
        let data = Deflating.deflate(text(300), wrapping)
        for rest in [[0], [UInt8](repeating: 0x20, count: 100), data] {
            #expect(reason(data + rest) == "something follows the compressed message")
        }
    }

    /// Both formats carry a checksum, so that no change goes unseen; a few bytes of gzip's header mean nothing.
    @Test(arguments: [Deflating.Wrapping.zlib, .gzip])
    func everyChangeIsAFaultOrChangesNothing(_ wrapping: Deflating.Wrapping) {
        let data = Deflating.deflate(text(300), wrapping)
        var harmless = 0
        for index in data.indices {
            for bit: UInt8 in 0..<8 {
                var changed = data
                changed[index] ^= 1 << bit
                guard let output = try? inflate(changed) else { continue }
                harmless += 1
                #expect(output == text(300), "byte \(index)")
            }
        }
        // gzip's time (4 bytes), extra flags, system, and the flag that calls the content text; bits that fill a byte.
        #expect(harmless <= (wrapping == .gzip ? 56 : 8))
    }

    @Test func randomBytesAreAFault() {
        var random = SeededGenerator(seed: 1)
        let inflater = Inflater(limit: 100_000)
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<300, using: &random)
            let start: [UInt8] = Bool.random(using: &random) ? [0x78, 0x9C] : [0x1F, 0x8B, 8, 0]
            let data = start + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: MessageError.self) { try inflate(data, inflater) }
        }
    }
}
