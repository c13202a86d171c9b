import Foundation
import Linux
import LogBackends
import TestSupport
import Testing

@testable import SocketServer

@Suite struct PollerTests {
    private final class Source: EventSource {
        var reported: [Readiness] = []
        var atReady: () -> Void = {}

        func ready(_ readiness: Readiness) {
            reported.append(readiness)
            atReady()
        }
    }

    /// One wait that does not sleep.
    private func look(_ poller: Poller) {
        var isAwake = false
        poller.wait(.zero) { isAwake = true }
        #expect(isAwake)
    }

    private func pair() throws -> (TestPair, TestPair) {
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        return (TestPair(pair[0]), TestPair(pair[1]))
    }

    private final class TestPair {
        let descriptor: Int32
        init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { Foundation.close(descriptor) }
        func send(_ text: String) { #expect(Foundation.send(descriptor, text, text.utf8.count, 0) == text.utf8.count) }
    }

    @Test func sourcesAreCalledUntilTheyAreRemoved() throws {
        let poller = try Poller()
        let (ours, theirs) = try pair()
        let source = Source()
        let token = try poller.add(ours.descriptor, .read, source)
        look(poller)
        #expect(source.reported.isEmpty)
        theirs.send("x")
        look(poller)
        look(poller)
        #expect(source.reported == [.read, .read], "level by level")
        poller.remove(ours.descriptor, token)
        look(poller)
        #expect(source.reported.count == 2)
        // What is there is reported to a source that is added later, too.
        let other = Source()
        _ = try poller.add(ours.descriptor, [.read, .edge], other)
        look(poller)
        look(poller)
        #expect(other.reported == [.read], "once for each change")
        theirs.send("y")
        look(poller)
        #expect(other.reported == [.read, .read])
        #expect(source.reported.count == 2)
    }

    /// Two are called at once, and the first removes the other: nothing of it reaches the source that takes its place.
    @Test func anEventOfTheFormerOwnerOfAPlaceDoesNotReachTheNext() throws {
        let poller = try Poller()
        let pairs = [try pair(), try pair()]
        let sources = [Source(), Source()]
        var tokens: [Poller.Token] = []
        for (pair, source) in zip(pairs, sources) {
            tokens.append(try poller.add(pair.0.descriptor, .read, source))
        }
        let (quiet, loud) = try pair()
        let next = Source()
        for (index, source) in sources.enumerated() {
            source.atReady = {
                // Whichever comes first: the other one goes, and its place is taken within the same round.
                let other = 1 - index
                poller.remove(pairs[other].0.descriptor, tokens[other])
                #expect((try? poller.add(quiet.descriptor, .read, next)) != nil)
            }
        }
        for pair in pairs { pair.1.send("x") }
        look(poller)
        #expect(sources.map(\.reported.count).reduce(0, +) == 1, "one, and not the one that went")
        #expect(next.reported.isEmpty, "nothing came for it")
        loud.send("y")
        for source in sources { source.atReady = {} }
        look(poller)
        #expect(next.reported == [.read])
    }

    @Test func placesAreUsedAgain() throws {
        let poller = try Poller()
        let (ours, theirs) = try pair()
        theirs.send("x")
        let steady = Source()
        let (other, peer) = try pair()
        let last = try poller.add(other.descriptor, .read, steady)
        var places = Set<Int>()
        for round in 0..<1000 {
            let source = Source()
            let token = try poller.add(ours.descriptor, .read, source)
            places.insert(token.index)
            look(poller)
            #expect(source.reported == [.read], "round \(round)")
            poller.remove(ours.descriptor, token)
        }
        #expect(places.count == 1)
        #expect(!places.contains(last.index))
        #expect(steady.reported.isEmpty)
        peer.send("x")
    }

    @Test func aReleasedDescriptorReportsNothing() throws {
        let poller = try Poller()
        let (ours, theirs) = try pair()
        let source = Source()
        weak var kept: Source?
        do {
            let gone = Source()
            kept = gone
            let copy = dup(ours.descriptor)
            let token = try poller.add(copy, .read, gone)
            poller.release(token)
            close(copy)
        }
        #expect(kept == nil, "it is not referred to any more")
        _ = try poller.add(ours.descriptor, .read, source)
        theirs.send("x")
        look(poller)
        // The copy's file is still open, so that the kernel still tells of it.
        #expect(source.reported == [.read], "and not twice")
    }

    @Test func aSocketThatIsNoneIsAnErrorAndLeavesThePlaceFree() throws {
        let poller = try Poller()
        let source = Source()
        for _ in 0..<3 {
            do {
                _ = try poller.add(-1, .read, source)
                Issue.record("no error")
            } catch {
                #expect(error == Errno(EBADF))
            }
        }
        let (ours, theirs) = try pair()
        _ = try poller.add(ours.descriptor, [.read, .readEnd], source)
        theirs.send("x")
        shutdown(theirs.descriptor, Int32(SHUT_WR))
        look(poller)
        #expect(source.reported == [[.read, .readEnd]])
        _ = theirs
    }

    @Test(arguments: [true, false]) func aWaitEndsWhenItsTimeIsOver(hasFineTime: Bool) throws {
        let poller = try Poller()
        poller.hasFineTime = hasFineTime
        let start = ContinuousClock.now
        poller.wait(.milliseconds(30)) {}
        #expect(ContinuousClock.now - start >= .milliseconds(30))
        let (ours, theirs) = try pair()
        let source = Source()
        _ = try poller.add(ours.descriptor, .read, source)
        theirs.send("x")
        poller.wait(.seconds(60)) {}
        #expect(source.reported == [.read])
    }

    @Test func moreThanOneWaitTakes() throws {
        let poller = try Poller()
        let pairs = try (0..<300).map { _ in try pair() }
        let sources = pairs.map { _ in Source() }
        for (pair, source) in zip(pairs, sources) { _ = try poller.add(pair.0.descriptor, .read, source) }
        for pair in pairs { pair.1.send("x") }
        look(poller)
        look(poller)
        #expect(sources.allSatisfy { !$0.reported.isEmpty })
    }
}
