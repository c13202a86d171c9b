import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

@Suite struct ConnectionStatesTests {
    private let states = [
        ConnectionState(
            cookie: .max,
            listener: "syslog",
            protocolName: "syslog",
            peer: .internet(address: "fe80::1%eth0", port: 65535),
            proxy: .unix(pid: 1, uid: 0, gid: .max),
            started: 123_456_789,
            bytesReceived: .max,
            hasMalformed: true,
            isWithholding: false,
            hasUrgent: false,
            framing: FramingState(bytes: Array("<13>begun".utf8), numbers: [1, -1, .max, .min])
        ),
        ConnectionState(
            cookie: 0,
            listener: "Lokal ü",
            protocolName: "python",
            peer: .unix(pid: -1, uid: .max, gid: 0),
            started: .min,
            bytesReceived: 0,
            hasMalformed: false,
            isWithholding: true,
            hasUrgent: true,
            framing: FramingState()
        ),
        ConnectionState(
            cookie: 7,
            listener: "",
            protocolName: "",
            peer: .unixPath("/run/a"),
            proxy: .internet(address: "192.0.2.1", port: 1),
            started: 0,
            bytesReceived: 1,
            hasMalformed: false,
            isWithholding: false,
            hasUrgent: false,
            framing: FramingState(bytes: [UInt8](repeating: 0xFF, count: 70_000))
        ),
    ]

    @Test func statesComeBackAsTheyWere() throws {
        for (states, drops) in [(states, [7: 9, .max: .max]), ([], [:])] as [([ConnectionState], [UInt64: UInt32])] {
            let contents = try ConnectionStates.decode(ConnectionStates.encode(states, drops: drops))
            #expect(contents.states == states && contents.drops == drops)
        }
    }

    /// The layout is fixed: another version of the daemon reads it.
    @Test func theLayoutIsThatOfTheVersion() {
        let bytes = ConnectionStates.encode([states[2]])
        let head = Array("sockserv".utf8) + [3, 0, 0, 0]
        #expect(Array(bytes[..<12]) == head)
        let peers = (1 + 4 + 6) + (1 + 4 + 9 + 2)
        #expect(bytes.count == 8 + 4 + 8 + 4 + 8 + 4 + 4 + peers + 8 + 8 + 1 + (4 + 70_000) + 1 + 4)
        let drops = ConnectionStates.encode([], drops: [5: 6]).suffix(16)
        #expect(Array(drops) == [1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0])
        var direct = states[2]
        direct.proxy = nil
        #expect(bytes.count - ConnectionStates.encode([direct]).count == 4 + 9 + 2)
    }

    @Test func anotherVersionIsNamed() {
        var bytes = ConnectionStates.encode(states)
        bytes[8] = 9
        #expect(throws: StateError.version(9)) { try ConnectionStates.decode(bytes) }
        #expect(StateError.version(9).description == "their state is of version 9, and not of 3")
    }

    @Test func everyTruncationIsRefused() {
        let bytes = ConnectionStates.encode(Array(states[..<2]), drops: [1: 2])
        for count in 0..<bytes.count {
            #expect(throws: StateError.malformed) { try ConnectionStates.decode(Array(bytes[..<count])) }
        }
        #expect(throws: StateError.malformed) { try ConnectionStates.decode(bytes + [0]) }
    }

    /// Also where the size in the head is right, so that it is the lengths within that are checked.
    @Test func changedBytesNeverTrap() {
        var random = SeededGenerator(seed: 3)
        let good = ConnectionStates.encode(Array(states[..<2]), drops: [1: 2, 3: 4])
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 20..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                _ = try ConnectionStates.decode(bytes)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 2000)
    }

    @Test func randomBytesAreRefused() {
        var random = SeededGenerator(seed: 4)
        let head = Array(ConnectionStates.encode([])[..<12])
        for _ in 0..<2000 {
            let count = Int.random(in: 0...200, using: &random)
            var bytes = head + withUnsafeBytes(of: UInt64(count + 20).littleEndian, Array.init)
            bytes += (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? ConnectionStates.decode(bytes)
            #expect(throws: StateError.self) { try ConnectionStates.decode(Array(bytes.dropFirst())) }
        }
    }
}
