import Foundation
import LogFormats
import LogRecords
import Testing

/// Messages of real clients, captured by `Fixtures/capture-syslog`, become the records that the clients were to send.
@Suite struct SyslogClientsTests {
    @Test(arguments: SyslogCapture.datagrams)
    func datagramIsTheRecordThatWasMeant(_ capture: SyslogCapture) throws {
        var parser = SyslogParser()
        let record = SyslogCapture.parse(try capture.bytes, with: &parser)
        expect([record], toBe: capture.sent, try capture.bytes)
    }

    @Test(arguments: SyslogCapture.streams)
    func streamIsTheRecordsThatWereMeant(_ capture: SyslogCapture) throws {
        let bytes = try capture.bytes
        for size in [bytes.count, 1, 2, 7, 61] {
            var framing = SyslogFraming(limit: 1 << 16)
            var parser = SyslogParser()
            var records: [LogRecord] = []
            func take(_ event: FramingEvent?, of input: [UInt8]) -> Bool {
                guard let event else { return false }
                guard case .frame(let frame) = event else {
                    Issue.record("\(capture): \(event)")
                    return true
                }
                let message =
                    switch frame.place {
                    case .input(let range): Array(input[range])
                    case .buffered(let range): Array(framing.buffered[range])
                    }
                #expect(frame.length == message.count)
                records.append(SyslogCapture.parse(message, with: &parser))
                return true
            }
            for start in stride(from: 0, to: bytes.count, by: size) {
                let input = Array(bytes[start..<min(start + size, bytes.count)])
                var index = 0
                while take(framing.next(in: input.span, from: &index), of: input) {}
            }
            while take(framing.end(), of: []) {}
            expect(records, toBe: capture.sent, bytes)
        }
    }

    @Test func everyCaptureIsExpected() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: SyslogCapture.directory)
        let named = (SyslogCapture.datagrams + SyslogCapture.streams).map { "\($0.name).bin" }
        #expect(Set(files) == Set(named))
        #expect(Set(named).count == named.count)
    }

    /// Parts that differ from capture to capture must be as received.
    private func expect(_ records: [LogRecord], toBe sent: [SyslogSent], _ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        var seen = records.map { SyslogSent($0) }
        for (index, wanted) in sent.enumerated() where index < seen.count {
            if wanted.procid == "#", let procid = seen[index].procid, procid.allSatisfy(\.isWholeNumber),
                ["[\(procid)]: ", " \(procid) - - "].contains(where: { text.contains($0) })
            {
                seen[index].procid = "#"
            }
            if wanted.matches(seen[index].message), text.contains(seen[index].message) {
                seen[index].message = wanted.message
            }
        }
        #expect(seen == sent, Comment(rawValue: text))
    }
}
