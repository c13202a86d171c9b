import LogFormats
import LogRecords
import TestSupport
import Testing

extension GELFAssemblerTests {
    /// Each of 100,000 messages that never become complete is reported, and memory is bounded.
    @Test func aFloodOfOneSenderIsBounded() {
        var assembler = GELFAssembler(limit: 1 << 20)
        let flooder = origin(1)
        let other = chunks(text(100), 2)
        #expect(add(other[0], to: &assembler, from: origin(2)) == .nothing)
        var reported = 0
        for id in 0..<100_000 as Range<UInt64> {
            let result = add(chunk(id, 0, of: 2, [1, 2, 3]), to: &assembler, from: flooder)
            while assembler.expire(at: 0) != nil { reported += 1 }
            guard result == .nothing, assembler.setCount <= 257 else {
                Issue.record("\(result), and \(assembler.setCount) messages are kept")
                return
            }
        }
        reported += failures(&assembler, at: 5 * Self.second - 1).count
        // Another sender's messages are not affected.
        #expect(add(other[1], to: &assembler, from: origin(2)) == .message(text(100)))
        reported += failures(&assembler, at: 5 * Self.second).count
        #expect(reported == 100_000)
    }

    @Test func aFloodOfManySendersIsBounded() {
        var assembler = GELFAssembler(limit: 1 << 20)
        var reported = 0
        for id in 0..<3000 as Range<UInt64> {
            #expect(add(chunk(id, 0, of: 2, [1]), to: &assembler, from: origin(UInt16(id))) == .nothing)
            reported += failures(&assembler, at: 0).count
            #expect(assembler.setCount <= 1024)
        }
        reported += failures(&assembler, at: 5 * Self.second).count
        #expect(reported == 3000)
    }

    @Test func theOneWhoHasMostGivesUpFirst() {
        var assembler = GELFAssembler(limit: 1 << 20)
        let small = chunks(text(100), 2)
        #expect(add(small[0], to: &assembler, from: origin(9)) == .nothing)
        var reported: [String] = []
        for port in 1...6 as ClosedRange<UInt16> {
            for id in 0..<100 as Range<UInt64> {
                let datagram = chunk(id, 0, of: 2, [UInt8](repeating: 1, count: 50_000))
                #expect(add(datagram, to: &assembler, from: origin(port)) == .nothing)
                reported += failures(&assembler, at: 0)
            }
        }
        #expect(reported.count > 300)
        #expect(reported.allSatisfy { $0 == "a message was given up with 1 of 2 chunks: too many are incomplete" })
        // 16 MiB of 50,000 bytes and 16 KiB each.
        #expect(assembler.setCount <= 254)
        #expect(add(small[1], to: &assembler, from: origin(9)) == .message(text(100)))
    }
}
