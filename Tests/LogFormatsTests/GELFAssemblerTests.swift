import LogFormats
import LogRecords
import TestSupport
import Testing

@Suite struct GELFAssemblerTests {
    static let second: Int64 = 1_000_000_000

    func origin(_ port: UInt16) -> Origin {
        Origin(
            protocolName: "gelf",
            listener: "test",
            peer: .internet(address: "192.0.2.1", port: port),
            connection: nil
        )
    }

    func text(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0x20..<0x7F, using: &random) }
    }

    /// A JSON object of that many bytes, 8 at least, that hardly compresses.
    func json(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: UInt64(count))
        let letters = (0..<(count - 8)).map { _ in UInt8.random(in: 0x61...0x7A, using: &random) }
        return Array("{\"m\":\"".utf8) + letters + Array("\"}".utf8)
    }

    /// Makes a chunk, also one with a wrong number or count.
    func chunk(_ id: UInt64, _ number: UInt8, of count: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0x1E, 0x0F] + withUnsafeBytes(of: id.bigEndian, Array.init) + [number, count] + content
    }

    func chunks(_ message: [UInt8], _ count: Int, id: UInt64 = 1) -> [[UInt8]] {
        let size = (message.count + count - 1) / count
        return (0..<count).map { number in
            let start = min(number * size, message.count)
            let content = message[start..<min(start + size, message.count)]
            return chunk(id, UInt8(number), of: UInt8(count), Array(content))
        }
    }

    /// The result of a datagram: a message, nothing, or an error.
    enum Result: Equatable {
        case message([UInt8])
        case nothing
        case fault(String)
    }

    func add(
        _ datagram: [UInt8],
        to assembler: inout GELFAssembler,
        from origin: Origin,
        at now: Int64 = 0
    ) -> Result {
        do {
            return switch try assembler.add(datagram.span, from: origin, at: now) {
            case .datagram: .message(datagram)
            case .message: .message(assembler.message)
            case .incomplete: .nothing
            }
        } catch {
            return .fault(error.reason)
        }
    }

    func failures(_ assembler: inout GELFAssembler, at now: Int64) -> [String] {
        var failures: [String] = []
        while let failure = assembler.expire(at: now) { failures.append(failure.error.reason) }
        return failures
    }

    // MARK: whole messages

    @Test func aPlainDatagramIsTheMessage() throws {
        var assembler = GELFAssembler(limit: 1 << 20)
        for plain in ["", "{", "{\"short_message\":\"x\"}", "\u{1e}", "\u{1e}x"] {
            #expect(try assembler.add(Array(plain.utf8).span, from: origin(1), at: 0) == .datagram)
        }
    }

    @Test(arguments: [Deflating.Wrapping.zlib, .gzip])
    func aCompressedDatagramIsInflated(_ wrapping: Deflating.Wrapping) {
        var assembler = GELFAssembler(limit: 1000)
        for count in [1000, 8, 10] {
            let result = add(Deflating.deflate(json(count), wrapping), to: &assembler, from: origin(1))
            #expect(result == .message(json(count)))
        }
        let long = Deflating.deflate(json(1001), wrapping)
        #expect(add(long, to: &assembler, from: origin(1)) == .fault("the message inflates to more than 1000 bytes"))
        let cut = Array(Deflating.deflate(json(1000), wrapping).dropLast())
        #expect(add(cut, to: &assembler, from: origin(1)) == .fault("the compressed message is cut off"))
    }

    /// As text it would be a record of many times the datagram's size.
    @Test(arguments: [1, 3])
    func compressedTextThatIsNotJSONIsRefused(chunkCount: Int) {
        var assembler = GELFAssembler(limit: 1000)
        let cut = Array(json(100).dropLast())
        let deep = Array(String(repeating: "[", count: 400).utf8)
        for content in [[], text(100), cut, json(100) + json(10), Array("[1]".utf8), deep] {
            let datagram = Deflating.deflate(content)
            let parts = chunkCount == 1 ? [datagram] : chunks(datagram, chunkCount)
            let results = parts.map { add($0, to: &assembler, from: origin(1)) }
            #expect(results.last == .fault("the compressed message is not a JSON object"))
        }
        // Some end messages with the NUL that ends them on TCP.
        let ended = json(100) + [0]
        #expect(add(Deflating.deflate(ended), to: &assembler, from: origin(1)) == .message(ended))
    }

    // MARK: chunks

    /// All 720 orders of six chunks; each message is used again for the next, under the same id.
    @Test func chunksComeInAnyOrder() {
        var assembler = GELFAssembler(limit: 1 << 20)
        let message = text(1000)
        let parts = chunks(message, 6)
        func orders(_ rest: [Int]) -> [[Int]] {
            rest.isEmpty ? [[]] : rest.flatMap { first in orders(rest.filter { $0 != first }).map { [first] + $0 } }
        }
        for order in orders(Array(0..<6)) {
            for number in order.dropLast() {
                #expect(add(parts[number], to: &assembler, from: origin(1)) == .nothing)
            }
            #expect(add(parts[order[5]], to: &assembler, from: origin(1)) == .message(message))
            #expect(assembler.setCount == 0)
        }
        #expect(failures(&assembler, at: 10 * Self.second).isEmpty)
    }

    @Test(arguments: 1...128)
    func aMessageHasOneTo128Chunks(_ count: Int) {
        var assembler = GELFAssembler(limit: 1 << 20)
        let message = Deflating.deflate(json(2000))
        let parts = chunks(message, count)
        for part in parts.dropLast() { #expect(add(part, to: &assembler, from: origin(1)) == .nothing) }
        #expect(add(parts[count - 1], to: &assembler, from: origin(1)) == .message(json(2000)))
    }

    @Test func duplicatesDoNotMatter() {
        var assembler = GELFAssembler(limit: 1 << 20)
        let parts = chunks(text(100), 3)
        for part in [0, 0, 2, 0, 2] { #expect(add(parts[part], to: &assembler, from: origin(1)) == .nothing) }
        #expect(add(parts[1], to: &assembler, from: origin(1)) == .message(text(100)))
        #expect(failures(&assembler, at: 10 * Self.second).isEmpty)
    }

    @Test func sendersDoNotMix() {
        var assembler = GELFAssembler(limit: 1 << 20)
        let one = chunks(text(100, seed: 1), 2, id: 5)
        let other = chunks(text(100, seed: 2), 2, id: 5)
        #expect(add(one[0], to: &assembler, from: origin(1)) == .nothing)
        #expect(add(other[1], to: &assembler, from: origin(2)) == .nothing)
        #expect(add(other[0], to: &assembler, from: origin(2)) == .message(text(100, seed: 2)))
        #expect(add(one[1], to: &assembler, from: origin(1)) == .message(text(100, seed: 1)))
    }

    @Test func messagesInterleave() {
        var assembler = GELFAssembler(limit: 1 << 20)
        var random = SeededGenerator(seed: 3)
        var datagrams: [(id: UInt64, bytes: [UInt8])] = []
        for id in 0..<50 as Range<UInt64> {
            for bytes in chunks(text(500, seed: id), Int.random(in: 1...20, using: &random), id: id) {
                datagrams.append((id, bytes))
            }
        }
        datagrams.shuffle(using: &random)
        var completed: Set<UInt64> = []
        for datagram in datagrams {
            switch add(datagram.bytes, to: &assembler, from: origin(1)) {
            case .message(let message):
                #expect(message == text(500, seed: datagram.id))
                completed.insert(datagram.id)
            case .nothing: break
            case .fault(let reason): Issue.record("\(reason)")
            }
        }
        #expect(completed.count == 50)
        #expect(assembler.setCount == 0)
    }

    // MARK: lies

    @Test func aChunkThatCannotBeIsAFault() {
        var assembler = GELFAssembler(limit: 1 << 20)
        let expected: [(datagram: [UInt8], reason: String)] = [
            ([0x1E, 0x0F], "the chunk is cut off"),
            (Array(chunk(1, 0, of: 1, []).dropLast()), "the chunk is cut off"),
            (chunk(1, 0, of: 0, [1]), "the chunk is one of 0, and a message has 1 to 128"),
            (chunk(1, 0, of: 129, [1]), "the chunk is one of 129, and a message has 1 to 128"),
            (chunk(1, 255, of: 255, [1]), "the chunk is one of 255, and a message has 1 to 128"),
            (chunk(1, 2, of: 2, [1]), "the chunk has the number 2 of 2"),
            (chunk(1, 255, of: 128, [1]), "the chunk has the number 255 of 128"),
        ]
        for (datagram, reason) in expected {
            #expect(add(datagram, to: &assembler, from: origin(1)) == .fault(reason))
        }
        #expect(assembler.setCount == 0)
    }

    /// One error for a message: its other chunks are ignored until its time is over.
    @Test func aConflictSpoilsTheMessageOnce() {
        let parts = chunks(text(90), 3)
        let lies: [(chunk: [UInt8], reason: String)] = [
            (chunk(1, 0, of: 3, text(30, seed: 8)), "chunk 0 of 3 came twice, and differs"),
            (chunk(1, 0, of: 3, Array(text(90)[0..<29])), "chunk 0 of 3 came twice, and differs"),
            (chunk(1, 1, of: 4, [1]), "a chunk says that its message has 4 chunks, another that it has 3"),
        ]
        for (lie, reason) in lies {
            var assembler = GELFAssembler(limit: 1 << 20)
            #expect(add(parts[0], to: &assembler, from: origin(1)) == .nothing)
            #expect(add(lie, to: &assembler, from: origin(1)) == .fault(reason))
            for part in parts + [lie] { #expect(add(part, to: &assembler, from: origin(1)) == .nothing) }
            #expect(failures(&assembler, at: 5 * Self.second).isEmpty)
            // Afterwards the id is free again.
            for part in parts.dropLast() { #expect(add(part, to: &assembler, from: origin(1), at: 6) == .nothing) }
            #expect(add(parts[2], to: &assembler, from: origin(1), at: 7) == .message(text(90)))
        }
    }

    @Test func aMessageOfManyChunksMayNotBeTooLongEither() {
        var assembler = GELFAssembler(limit: 1000)
        let parts = chunks(text(1002), 3)
        #expect(add(parts[0], to: &assembler, from: origin(1)) == .nothing)
        #expect(add(parts[1], to: &assembler, from: origin(1)) == .nothing)
        #expect(add(parts[2], to: &assembler, from: origin(1)) == .fault("the message has more than 1000 bytes"))
        let long = chunk(2, 0, of: 2, text(1001))
        #expect(add(long, to: &assembler, from: origin(1)) == .fault("the message has more than 1000 bytes"))
    }

    // MARK: time

    @Test func fiveSecondsAfterTheFirstChunkAMessageIsGivenUp() {
        var assembler = GELFAssembler(limit: 1 << 20)
        #expect(assembler.nextExpiry == nil)
        let parts = chunks(text(100), 5)
        for number in 0..<3 {
            #expect(
                add(parts[number], to: &assembler, from: origin(1), at: Int64(number) * Self.second) == .nothing
            )
        }
        #expect(assembler.nextExpiry == 5 * Self.second)
        #expect(failures(&assembler, at: 5 * Self.second - 1).isEmpty)
        #expect(failures(&assembler, at: 5 * Self.second) == ["3 of 5 chunks of a message came within 5 s"])
        #expect(assembler.setCount == 0)
        #expect(assembler.nextExpiry == nil)
    }

    @Test func aChunkThatComesTooLateBeginsAnotherMessage() {
        var assembler = GELFAssembler(limit: 1 << 20)
        let parts = chunks(text(100), 2)
        #expect(add(parts[0], to: &assembler, from: origin(1), at: 0) == .nothing)
        #expect(add(parts[1], to: &assembler, from: origin(1), at: 5 * Self.second) == .nothing)
        #expect(assembler.nextExpiry == .min)
        #expect(failures(&assembler, at: 5 * Self.second) == ["1 of 2 chunks of a message came within 5 s"])
        #expect(add(parts[0], to: &assembler, from: origin(1), at: 9 * Self.second) == .message(text(100)))
    }

    // MARK: noise

    @Test func everyTruncationAndRandomDatagramsAreTaken() {
        var assembler = GELFAssembler(limit: 10_000)
        var random = SeededGenerator(seed: 11)
        let compressed = Deflating.deflate(text(300))
        for datagram in chunks(compressed, 3) + [compressed, Deflating.deflate(text(300), .gzip)] {
            for count in 0...datagram.count {
                _ = add(Array(datagram.prefix(count)), to: &assembler, from: origin(1))
            }
        }
        _ = failures(&assembler, at: 0)
        var now: Int64 = 0
        var messages = 0
        var faults = 0
        var lapsed = 0
        for _ in 0..<20_000 {
            now += Int64.random(in: 0..<20_000_000, using: &random)
            let id = UInt64.random(in: 0..<40, using: &random)
            let content = text(Int.random(in: 0..<3, using: &random))
            let number = UInt8.random(in: 0..<5, using: &random)
            let datagram = chunk(id, number, of: UInt8.random(in: 0..<5, using: &random), content)
            switch add(datagram, to: &assembler, from: origin(UInt16(id % 3)), at: now) {
            case .message: messages += 1
            case .fault: faults += 1
            case .nothing: break
            }
            lapsed += failures(&assembler, at: now).count
            guard assembler.setCount > 40 else { continue }
            Issue.record("more messages are kept than there are ids")
        }
        #expect(messages > 100 && faults > 100 && lapsed > 10)
        _ = failures(&assembler, at: now + 5 * Self.second)
        #expect(assembler.setCount == 0)
    }
}
