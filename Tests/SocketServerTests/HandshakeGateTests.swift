import Testing

@testable import SocketServer

@Suite struct HandshakeGateTests {
    private final class Waiter: HandshakeWaiter {
        var isWaiting = true
        var isAdmitted = false

        func admit() {
            isAdmitted = true
            isWaiting = false
        }
    }

    private let source = Source.ipv4(1)

    private func enter(_ gate: inout HandshakeGate, _ waiter: Waiter, _ other: Source? = nil) -> Bool {
        gate.enter(waiter, from: other ?? source)
    }

    private func leave(_ gate: inout HandshakeGate) -> Waiter? {
        gate.leave(source) as? Waiter
    }

    /// Fills all places of a source.
    private func fullGate() -> HandshakeGate {
        var gate = HandshakeGate(threads: 1)
        for _ in 0..<gate.limit { #expect(enter(&gate, Waiter())) }
        return gate
    }

    @Test func othersWaitInOrder() {
        var gate = fullGate()
        let waiters = (0..<200).map { _ in Waiter() }
        for waiter in waiters { #expect(!enter(&gate, waiter)) }
        // Other sources do not wait.
        #expect(enter(&gate, Waiter(), .ipv4(2)))
        for waiter in waiters {
            gate.leave(source)?.admit()
            #expect(waiters.last { $0.isAdmitted } === waiter)
        }
        #expect(leave(&gate) == nil)
        #expect(enter(&gate, Waiter()))
    }

    /// Those that are gone meanwhile do not take a place.
    @Test func goneOnesAreSkipped() {
        var gate = fullGate()
        let (gone, next) = (Waiter(), Waiter())
        #expect(!enter(&gate, gone))
        #expect(!enter(&gate, next))
        gone.isWaiting = false
        #expect(leave(&gate) === next)
    }

    @Test func placesComeBack() {
        var gate = fullGate()
        for _ in 0..<gate.limit { #expect(leave(&gate) == nil) }
        #expect(leave(&gate) == nil)
        for _ in 0..<gate.limit { #expect(enter(&gate, Waiter())) }
        #expect(!enter(&gate, Waiter()))
    }

    /// All threads together admit no more than one of them alone, as long as each has a place.
    @Test func threadsShareThePlaces() {
        #expect(HandshakeGate(threads: 1).limit == HandshakeGate.total)
        for threads in 1...HandshakeGate.total {
            let sum = threads * HandshakeGate(threads: threads).limit
            #expect((1...HandshakeGate.total).contains(sum))
        }
        #expect(HandshakeGate(threads: 1000).limit == 1)
    }
}
