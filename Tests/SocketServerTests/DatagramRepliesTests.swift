import Foundation
import Linux
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Where replies to datagrams go, and where not.
@Suite struct DatagramRepliesTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func withheld(_ test: TestServer) -> [String] { test.messages.filter { $0.hasPrefix("No reply to ") } }

    @Test func anAbstractNameIsAnsweredAndSoIsAPathOfTheSenders() throws {
        let test = try TestServer()
        let address = try test.receive("echo", at: .unixDatagram(path: directory.path("x")))
        for name in ["@sockserved-test-\(getpid())", directory.path("client")] {
            let client = try Client(address)
            try client.bind(name)
            try client.send("x")
            #expect(try client.receiveText() == "x", "\(name)")
        }
        #expect(withheld(test).isEmpty)
    }

    /// The name would be looked up from the daemon's directory.
    @Test func aRelativeNameIsNotAnswered() throws {
        let test = try TestServer()
        let address = try test.receive("echo", at: .unixDatagram(path: directory.path("x")))
        let name = "sockserved-test-\(getpid())"
        let client = try Client(address)
        try client.bind(name)
        defer { unlink(name) }
        for _ in 0..<3 { try client.send("x") }
        #expect(eventually { test.server.metrics.messages.datagrams == 3 && !withheld(test).isEmpty })
        test.finishPending()
        #expect(client.isQuiet)
        #expect(withheld(test).count == 1, "once in ten seconds")
        #expect(withheld(test).first?.contains("is a relative path") == true)
    }

    /// Between the datagram and the reply, a link to another socket, or another user's socket, takes the place.
    @Test(.enabled(if: getuid() == 0, "skipped: not root"), arguments: [true, false])
    func aPathThatLeadsElsewhereIsNotAnswered(isLink: Bool) throws {
        let test = try TestServer()
        let address = try test.receive("echo", at: .unixDatagram(path: directory.path("x")))
        let (path, other) = (directory.path("client"), directory.path("other"))
        let victim = try Client(address)
        try victim.bind(other)
        let client = try Client(address)
        try client.bind(path)
        test.backend.pause()
        try client.send("x")
        #expect(eventually { test.backend.isInWrite })
        unlink(path)
        if isLink {
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: other)
        } else {
            rename(other, path)
            chown(path, 12345, 12345)
        }
        test.backend.release()
        #expect(eventually { test.messages.contains { $0.hasPrefix("No reply to ") || $0.hasPrefix("Cannot reply ") } })
        #expect(victim.isQuiet)
        #expect(!test.messages.contains { $0.hasPrefix("Sent data") })
    }

    // MARK: loops

    @Test func aGreetingIsNotGreeted() throws {
        let test = try TestServer()
        let client = try Client(test.receive("hello"))
        try client.send("Hello, client!")
        #expect(eventually { !withheld(test).isEmpty })
        #expect(client.isQuiet)
        try client.send("x")
        #expect(try client.receiveText() == "Hello, client!")
    }

    /// From the port itself and from another one of the daemon's, as forged datagrams come, which only root can send: here
    /// the listening sockets send them.
    @Test func datagramsFromTheDaemonsOwnPortsAreNotAnswered() throws {
        let test = try TestServer()
        let names = ["hello", "echo"]
        let sockets = try names.map { _ in try ListeningSocket.open(.udp(host: "127.0.0.1", port: 0)) }
        let senders = sockets.map { Client(descriptor: dup($0)) }
        for (name, socket) in zip(names, sockets) {
            let service = try #require(ProtocolRegistry.named(name))
            test.server.receive(
                DatagramSocket(name: name, service: service, descriptor: socket, isOpenedByDaemon: true)
            )
        }
        test.server.waitUntilServing()
        for (from, to) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    getsockname(sockets[to], address, &length)
                    return sendto(senders[from].descriptor, "x", 1, 0, address, length)
                }
            }
            #expect(count == 1)
        }
        #expect(eventually { test.messages.count { $0.hasPrefix("Received data from ") } == 4 })
        test.finishPending()
        #expect(test.server.metrics.messages.datagrams == 4, "nothing goes on")
        #expect(withheld(test).contains { $0.contains("it came from an address at which this daemon receives") })
        #expect(!test.messages.contains { $0.hasPrefix("Sent data") })
        // Others are answered.
        let client = try Client(try #require(ListenAddress(of: sockets[0])))
        try client.send("x")
        #expect(try client.receiveText() == "Hello, client!")
    }

    @Test func theDaemonsOwnAddressesAreKnown() {
        var own = OwnAddresses()
        own.add(.udp(host: "127.0.0.1", port: 7))
        own.add(.udp(host: "0.0.0.0", port: 9))
        own.add(.udp(host: "::", port: 10))
        own.add(.unixDatagram(path: "/run/x"))
        #expect(own.contains(.internet(address: "127.0.0.1", port: 7)))
        #expect(!own.contains(.internet(address: "192.0.2.1", port: 7)))
        #expect(!own.contains(.internet(address: "127.0.0.1", port: 8)))
        #expect(own.contains(.internet(address: "192.0.2.1", port: 9)))
        #expect(own.contains(.internet(address: "2001:db8::1", port: 10)))
        #expect(!own.contains(.unix(pid: 1, uid: 0, gid: 0)))
        #expect(!own.contains(nil))
    }

    /// Each hello is answered until the burst is used up; then as many as the rate has.
    @Test func aSourceIsAnsweredUpToItsBurst() throws {
        let test = try TestServer(threshold: .warning)
        let client = try Client(test.receive("hello"))
        let began = ContinuousClock.now
        var (sent, answered) = (0, 0)
        while withheld(test).isEmpty, sent < 20_000 {
            for _ in 0..<50 { try client.send("x") }
            sent += 50
            #expect(eventually { test.server.metrics.messages.datagrams >= sent })
            test.finishPending()
            while !client.isQuiet {
                #expect(try client.receiveText() == "Hello, client!")
                answered += 1
            }
        }
        let seconds = Int((ContinuousClock.now - began).components.seconds) + 1
        let most = DatagramReplies.burst + seconds * DatagramReplies.perSecond
        #expect((DatagramReplies.burst...most).contains(answered) && answered < sent, "\(answered) of \(sent)")
        #expect(withheld(test).first?.contains("this source gets more than \(DatagramReplies.burst) at once") == true)
    }

    @Test func eachSourceHasABurstAndARate() throws {
        var rates = DatagramReplies.makeRates()
        let now = MonotonicTime.now
        let (one, other) = (Peer.internet(address: "192.0.2.1", port: 1), Peer.internet(address: "192.0.2.2", port: 1))
        let atOnce = (0..<3000).count { _ in rates.admit(Source(one), at: now) }
        #expect(atOnce == DatagramReplies.burst)
        let otherPort = rates.admit(Source(.internet(address: "192.0.2.1", port: 2)), at: now)
        #expect(!otherPort)
        let otherAddress = rates.admit(Source(other), at: now)
        #expect(otherAddress)
        let later = now + .seconds(1)
        let admitted = (0..<1000).count { _ in rates.admit(Source(one), at: later) }
        #expect(admitted == 100)
    }

    @Test func manySourcesTakeNoMoreMemoryThanSome() {
        var rates = DatagramReplies.makeRates()
        var now = MonotonicTime.now
        for round in 0..<3 {
            for number in 0..<5000 {
                let address = "10.\(round).\(number >> 8).\(number & 0xFF)"
                _ = rates.admit(Source(.internet(address: address, port: 1)), at: now)
            }
            #expect(rates.count <= DatagramReplies.sourceLimit + 1)
            now = now + .seconds(60)
        }
        let last = rates.admit(Source(.internet(address: "192.0.2.1", port: 1)), at: now)
        #expect(last, "those that are quiet make room")
    }
}
