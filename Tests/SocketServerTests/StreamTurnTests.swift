import Testing

@testable import SocketServer

@Suite struct StreamTurnTests {
    /// Receives the same number of bytes again and again until the turn is over.
    ///
    /// - Returns: how many receives the turn allowed.
    private func receives(of size: Int, _ turn: inout StreamTurn, from start: Int = 0) -> Int {
        var bytes = start
        let hasBegun = turn.begin(at: bytes)
        #expect(hasBegun)
        while turn.takeReceive(at: bytes) { bytes += size }
        turn.end(at: bytes, isPausing: false)
        return (bytes - start) / size
    }

    @Test func aTurnEndsAfterSixteenReceives() {
        var turn = StreamTurn()
        for (size, start) in [(1, 0), (2047, 16)] {
            let count = receives(of: size, &turn, from: start)
            #expect(count == 16)
        }
    }

    @Test func aTurnEndsWithTheReceiveThatReachesTheLimitOfBytes() {
        var turn = StreamTurn()
        for (size, expected) in [(32 * 1024, 1), (32 * 1024 - 1, 2), (8 * 1024, 4)] {
            let count = receives(of: size, &turn)
            #expect(count == expected)
        }
    }

    @Test func eachTurnCountsItsOwnBytes() {
        var turn = StreamTurn()
        for (size, start, expected) in [(32 * 1024, 0, 1), (1, 64 * 1024, 16), (32 * 1024, .max - 64 * 1024, 1)] {
            let count = receives(of: size, &turn, from: start)
            #expect(count == expected)
        }
    }

    @Test func aTurnOfManyBytesMakesTheNextOneWait() {
        var turn = StreamTurn()
        #expect(!turn.isBusy)
        for (bytes, isBusy) in [(4095, false), (4096, true), (0, false), (1 << 20, true)] {
            _ = turn.begin(at: 7)
            turn.end(at: 7 + bytes, isPausing: false)
            #expect(turn.isBusy == isBusy)
        }
    }

    @Test func aTurnThatTheQueueStoppedLeavesABusyStreamBusy() {
        var turn = StreamTurn()
        for (bytes, isPausing, isBusy) in [
            (0, true, false), (4096, true, true), (0, true, true), (1, true, true), (0, false, false),
        ] {
            _ = turn.begin(at: 0)
            turn.end(at: bytes, isPausing: isPausing)
            #expect(turn.isBusy == isBusy)
        }
    }

    @Test func aTurnOfManyReceivesMakesTheNextOneWait() {
        var turn = StreamTurn()
        _ = receives(of: 1, &turn)
        #expect(turn.isBusy)
    }

    /// What takes time is messages, whatever their size.
    @Test func aTurnOfManyMessagesMakesTheNextOneSmaller() {
        var turn = StreamTurn()
        func next(messages: Int) -> Int {
            _ = turn.begin(at: 0)
            turn.end(at: turn.maxBytes, isPausing: false, messages: messages)
            #expect(turn.isBusy, "it has brought all that it may")
            return turn.maxBytes >> 10
        }
        #expect(next(messages: 0) == 32 && next(messages: 512) == 32)
        #expect((0..<7).map { _ in next(messages: 513) } == [16, 8, 4, 2, 1, 1, 1])
        #expect(next(messages: 512) == 1 && next(messages: 128) == 1)
        #expect((0..<7).map { _ in next(messages: 127) } == [2, 4, 8, 16, 32, 32, 32])
    }

    /// Where a source's rate allows less than the least, it stays at that.
    @Test func aSmallTurnStaysAsSmallAsItIs() {
        var turn = StreamTurn(maxBytes: 100)
        for messages in [1000, 0, 1000] {
            _ = turn.begin(at: 0)
            turn.end(at: 100, isPausing: false, messages: messages)
            #expect(turn.maxBytes == 100 && !turn.isBusy)
        }
    }

    @Test func aTurnWithinATurnDoesNotBegin() {
        var turn = StreamTurn()
        let steps = [turn.begin(at: 0), turn.takeReceive(at: 0), turn.begin(at: 5000)]
        #expect(steps == [true, true, false])
        // The one under way goes on with its own count.
        turn.end(at: 5000, isPausing: false)
        #expect(turn.isBusy)
        let beginsAgain = turn.begin(at: 5000)
        #expect(beginsAgain)
    }
}
