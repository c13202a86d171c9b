import Linux
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

@Suite struct ReportLimiterTests {
    private let start = MonotonicTime.now

    private func origin(_ host: Int, port: UInt16 = 1) -> Origin {
        let peer = Peer.internet(address: "10.0.\(host >> 8).\(host & 0xFF)", port: port)
        return Origin(protocolName: "json", listener: "l", peer: peer, connection: nil)
    }

    @Test func tenAtOnceThenOneASecond() {
        var limiter = ReportLimiter()
        let answers = (0..<100 as Range<UInt16>).map { limiter.report(origin(1, port: $0), at: start) }
        #expect(answers == [Int?](repeating: 0, count: 10) + [Int?](repeating: nil, count: 90))
        #expect(limiter.report(origin(1), at: start + .milliseconds(999)) == nil)
        #expect(limiter.report(origin(1), at: start + .seconds(1)) == 91)
        #expect(limiter.report(origin(1), at: start + .seconds(1)) == nil)
        #expect(limiter.report(origin(1), at: start + .seconds(3)) == 1)
        #expect(limiter.report(origin(1), at: start + .seconds(3)) == 0)
        #expect(limiter.report(origin(1), at: start + .seconds(3)) == nil)
        #expect(
            (0..<11).map { _ in limiter.report(origin(1), at: start + .seconds(60)) }.compactMap { $0 }.count == 10
        )
    }

    @Test func sourcesAreDistinguishedButNotTheirPortsAndProcesses() {
        var limiter = ReportLimiter()
        for port in 0..<20 as Range<UInt16> { _ = limiter.report(origin(1, port: port), at: start) }
        #expect(limiter.report(origin(2), at: start) == 0)
        let users = (0..<12 as Range<Int32>).map { pid in
            let peer = Peer.unix(pid: pid, uid: 1000, gid: 1)
            return limiter.report(Origin(protocolName: "json", listener: "l", peer: peer, connection: 1), at: start)
        }
        #expect(users.compactMap { $0 }.count == 10)
        let peer = Peer.unix(pid: 1, uid: 1001, gid: 1)
        #expect(limiter.report(Origin(protocolName: "json", listener: "l", peer: peer, connection: 1), at: start) == 0)
    }

    @Test func suppressedReportsAreCountedWhenTheSourceIsQuiet() {
        var limiter = ReportLimiter()
        for port in 0..<17 as Range<UInt16> { _ = limiter.report(origin(1, port: port), at: start) }
        #expect(limiter.takeNotices(at: start + .milliseconds(900)).isEmpty)
        let notices = limiter.takeNotices(at: start + .seconds(1))
        #expect(notices.map(\.count) == [7])
        #expect(notices.map { "\($0.source)" } == ["10.0.0.1"])
        #expect(notices.first?.origin.peerText == "10.0.0.1:16")
        #expect(limiter.takeNotices(at: start + .seconds(2)).isEmpty, "once")
        #expect(limiter.report(origin(1), at: start + .seconds(2)) == 0)
    }

    @Test func suppressedReportsAreCountedAtTheEndWithoutSilence() {
        var limiter = ReportLimiter()
        for _ in 0..<12 { _ = limiter.report(origin(1), at: start) }
        #expect(limiter.takeNotices(at: start, ofAll: true).map(\.count) == [2])
        #expect(limiter.takeNotices(at: start, ofAll: true).isEmpty)
    }

    @Test func nothingIsKeptOfThoseWhoStopped() {
        var limiter = ReportLimiter()
        #expect(limiter.nextNotice == nil)
        for number in 0..<100 { _ = limiter.report(origin(number), at: start) }
        for _ in 0..<50 { _ = limiter.report(origin(1), at: start) }
        #expect(limiter.nextNotice == start + .seconds(1))
        #expect(limiter.takeNotices(at: start + .seconds(30)).count == 1)
        _ = limiter.takeNotices(at: start + .seconds(60))
        #expect(limiter.nextNotice == nil)
    }

    /// A burst of reports that were all made is looked after once, not every second.
    @Test func theNextLookIsNotBeforeThereIsSomethingToDo() {
        var limiter = ReportLimiter(burst: 128)
        for _ in 0..<128 { _ = limiter.report(origin(1), at: start) }
        #expect(limiter.takeNotices(at: start + .seconds(1)).isEmpty)
        #expect(limiter.nextNotice == start + .seconds(128))
        limiter.holdBack(origin(1), of: Source(origin(1).peer), at: start + .seconds(2))
        #expect(limiter.nextNotice == start + .seconds(3))
        #expect(limiter.takeNotices(at: start + .seconds(3)).map(\.count) == [1])
        #expect(limiter.takeNotices(at: start + .seconds(129)).isEmpty)
        #expect(limiter.nextNotice == nil)
    }

    @Test func theTableIsBounded() {
        var limiter = ReportLimiter()
        let answers = (0..<5000).map { limiter.report(origin($0), at: start) }
        #expect(answers.compactMap { $0 }.count == ReportLimiter.sourceLimit + ReportLimiter.burst)
        let notices = limiter.takeNotices(at: start + .seconds(2))
        #expect(notices.map(\.count) == [5000 - ReportLimiter.sourceLimit - ReportLimiter.burst])
        #expect(notices.map { "\($0.source)" } == ["other senders"])
    }

    /// Whatever happens: each refusal is reported or counted once, and what is reported is never more than what there was.
    @Test func nothingIsLostAndNothingMadeUp() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            var limiter = ReportLimiter()
            var now = start
            var (input, reported, records) = (0, 0, 0)
            for _ in 0..<2000 {
                now = now + .milliseconds(Int.random(in: 0...40, using: &random))
                if Int.random(in: 0..<10, using: &random) == 0 {
                    for notice in limiter.takeNotices(at: now) {
                        reported += notice.count
                        records += 1
                    }
                    continue
                }
                input += 1
                guard let count = limiter.report(origin(Int.random(in: 0..<4, using: &random)), at: now) else {
                    continue
                }
                reported += 1 + count
                records += 1
                #expect(records <= input)
            }
            for notice in limiter.takeNotices(at: now, ofAll: true) { reported += notice.count }
            #expect(reported == input)
        }
    }
}

extension ReportLimiter {
    /// Reports one, or counts it.
    fileprivate mutating func report(_ origin: Origin, at now: MonotonicTime) -> Int? {
        let source = Source(origin.peer)
        if let heldBack = admit(origin, of: source, at: now) { return heldBack }
        holdBack(origin, of: source, at: now)
        return nil
    }
}
