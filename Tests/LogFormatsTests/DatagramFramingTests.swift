import LogRecords
import TestSupport
import Testing

@testable import LogFormats

@Suite struct DatagramFramingTests {
    private let origin = Origin(protocolName: "x", listener: "l", peer: nil, connection: nil)

    /// The message of a datagram; nil: none.
    ///
    /// A failure is its reason.
    private func message(
        _ datagram: [UInt8],
        length: Int? = nil,
        _ framing: inout any DatagramFraming,
        at now: Int64 = 0
    ) -> Result<[UInt8]?, MessageError> {
        do throws(MessageError) {
            let frame = try framing.frame(of: datagram.span, length: length ?? datagram.count, from: origin, at: now)
            switch frame?.place {
            case .input(let range): return .success(Array(datagram[range]))
            case .buffered(let range): return .success(Array(framing.buffered[range]))
            case nil: return .success(nil)
            }
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [LogFormat.syslog, .json]) func aDatagramIsAMessage(format: LogFormat) throws {
        var framing = format.parserType.makeDatagramFraming(limit: 4)
        #expect(message([1, 2, 3], &framing) == .success([1, 2, 3]))
        #expect(message([1, 2, 3, 4, 5], &framing) == .success([1, 2, 3, 4]), "cut")
        #expect(message([], &framing) == .success(nil), "nothing is not a message")
        let datagram: [UInt8] = [1, 2, 3, 4, 5]
        let frame = try framing.frame(of: datagram.span, length: 99, from: origin, at: 0)
        #expect(frame == Frame(place: .input(0..<4), length: 99), "with its length as sent")
        #expect(framing.nextExpiry == nil && framing.expire(at: .max) == nil)
    }

    @Test func aPickleIsAsLongAsItSays() {
        var framing = LogFormat.python.parserType.makeDatagramFraming(limit: 6)
        #expect(message([0, 0, 0, 2, 7, 8], &framing) == .success([7, 8]))
        for bad in [[], [0], [0, 0, 0, 3, 7, 8], [0, 0, 0, 1, 7, 8]] as [[UInt8]] {
            guard case .failure = message(bad, &framing) else {
                Issue.record("\(bad) is taken")
                continue
            }
        }
        // A message above the limit is read up to 16 times the limit.
        #expect(message([0, 0, 0, 7] + Array(7...13), &framing) == .success(Array(7...13)))
        let long: [UInt8] = [0, 0, 0, 100] + Array(repeating: 7, count: 100)
        let tooLong = MessageError("the datagram of 104 bytes is longer than 96", .tooLong)
        #expect(message(long, &framing) == .failure(tooLong))
        let cut = Array(long.prefix(5))
        let tooShort = MessageError("the datagram of 104 bytes is longer than 5", .tooLong)
        #expect(message(cut, length: 104, &framing) == .failure(tooShort))
    }

    @Test func chunksBecomeOneMessageAndMissingOnesExpire() {
        func chunk(_ id: UInt8, _ number: UInt8, _ content: [UInt8]) -> [UInt8] {
            [0x1E, 0x0F] + [UInt8](repeating: id, count: 8) + [number, 2] + content
        }
        var framing = LogFormat.gelf.parserType.makeDatagramFraming(limit: 1000)
        #expect(message(Array("{}".utf8), &framing) == .success(Array("{}".utf8)))
        #expect(message(chunk(1, 1, [3, 4]), &framing) == .success(nil))
        #expect(message(chunk(2, 0, [5]), &framing, at: 1) == .success(nil))
        #expect(message(chunk(1, 0, [1, 2]), &framing, at: 2) == .success([1, 2, 3, 4]))
        #expect(framing.nextExpiry == 1 + GELFAssembler.timeLimit)
        #expect(framing.expire(at: GELFAssembler.timeLimit) == nil)
        let failure = framing.expire(at: 1 + GELFAssembler.timeLimit)
        #expect(failure?.error == MessageError("1 of 2 chunks of a message came within 5 s", .incomplete))
        #expect(failure?.origin === origin)
        #expect(framing.expire(at: .max) == nil && framing.nextExpiry == nil)
        guard case .failure = message([UInt8](repeating: 0, count: 1001), &framing) else {
            Issue.record("longer than the limit")
            return
        }
    }
}
