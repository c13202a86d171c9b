import Linux
import Testing

@testable import SocketServer

@Suite struct SourceRatesTests {
    private let start = MonotonicTime.now

    private func rates(messages: Int? = nil, bytes: Int? = nil) -> SourceRates {
        SourceRates(
            messageRate: messages.map { Rate(perSecond: $0, burst: nil) },
            byteRate: bytes.map { Rate(perSecond: $0, burst: nil) }
        )
    }

    private func send(_ rates: inout SourceRates, _ source: Source, _ bytes: Int = 1, at now: MonotonicTime) -> Bool {
        rates.admit(source, bytes: bytes, at: now)
    }

    @Test func eachSourceHasItsOwn() {
        var rates = rates(messages: 5)
        let answers = (0..<10).map { _ in send(&rates, .ipv4(1), at: start) }
        #expect(answers.count { $0 } == 5)
        let other = (0..<10).map { _ in send(&rates, .ipv4(2), at: start) }
        #expect(other.count { $0 } == 5)
    }

    @Test func messagesAndBytesBothCount() {
        var rates = rates(messages: 10, bytes: 1000)
        let large = (0..<20).map { _ in send(&rates, .user(1), 400, at: start) }
        #expect(large.count { $0 } == 2)
        let small = (0..<20).map { _ in send(&rates, .user(2), 1, at: start) }
        #expect(small.count { $0 } == 10)
    }

    /// With many addresses: those that are known keep what is theirs, and the others are one.
    @Test func aFloodOfSourcesIsBounded() {
        var rates = rates(messages: 5)
        for _ in 0..<5 { _ = send(&rates, .ipv4(0), at: start) }
        var admitted = 0
        for number in 1...100_000 as ClosedRange<UInt32> where send(&rates, .ipv4(number), at: start) { admitted += 1 }
        #expect(rates.count == SourceRates.sourceLimit + 1)
        #expect(admitted == SourceRates.sourceLimit - 1 + 5)
        let known = send(&rates, .ipv4(0), at: start)
        #expect(!known)
        // Those that are quiet make room.
        let later = start + .seconds(3)
        let newcomer = (0..<10).map { _ in send(&rates, .ipv4(200_000), at: later) }
        #expect(newcomer.count { $0 } == 5)
        #expect(rates.count < 5)
    }

    @Test func aReceiveDoesNotGoFarBeyondABurst() {
        #expect(rates(messages: 1, bytes: nil).receiveLimit == 1024)
        #expect(rates(messages: 1000, bytes: nil).receiveLimit == 32_000)
        #expect(rates(messages: nil, bytes: 8192).receiveLimit == 8192)
        #expect(rates(messages: 1 << 30, bytes: 1 << 40).receiveLimit == 1 << 35)
    }

    @Test func connectionsAreCountedBySource() {
        let connections = SourceConnections(limit: 2)
        let answers = (0..<3).map { _ in connections.open(.user(1)) }
        #expect(answers == [true, true, false])
        #expect(connections.open(.user(2)))
        connections.close(.user(1))
        #expect(connections.open(.user(1)))
        #expect(!connections.open(.user(1)))
        // One that was never counted changes nothing.
        connections.close(.user(3))
        connections.close(.user(3))
        let others = (0..<3).map { _ in connections.open(.user(3)) }
        #expect(others == [true, true, false])
    }
}
