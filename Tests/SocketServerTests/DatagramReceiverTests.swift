import Foundation
import Linux
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

@Suite struct DatagramReceiverTests {
    private struct Received {
        let bytes: [UInt8]
        let address: [UInt8]
        let process: Peer?
        let length: Int
        let dropped: UInt32?
    }

    /// A bound socket and what comes in at it.
    private final class Inlet {
        let directory: TemporaryDirectory?
        let descriptor: Int32
        let address: ListenAddress
        let receiver: DatagramReceiver

        init(unix: Bool) throws {
            let directory = try TemporaryDirectory()
            self.directory = unix ? directory : nil
            let wanted: ListenAddress =
                unix ? .unixDatagram(path: directory.path("x.sock")) : .udp(host: "127.0.0.1", port: 0)
            descriptor = try ListeningSocket.open(wanted)
            address = try #require(ListenAddress(of: descriptor))
            receiver = DatagramReceiver(for: descriptor)
            set(SO_RXQ_OVFL, 1)
        }

        deinit { close(descriptor) }

        func set(_ option: Int32, _ value: Int32) {
            var value = value
            setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }

        func receive() throws -> [Received] {
            var all: [Received] = []
            let count = try receiver.receive(from: descriptor) { datagram in
                all.append(
                    Received(
                        bytes: Array(datagram.bytes),
                        address: Array(datagram.address),
                        process: datagram.process,
                        length: datagram.length,
                        dropped: datagram.dropped
                    )
                )
            }
            #expect(count == all.count)
            return all
        }

        func receiveAll() throws -> [Received] {
            var all: [Received] = []
            while true {
                let some = try receive()
                if some.isEmpty { return all }
                all += some
            }
        }
    }

    private var ourselves: Peer { .unix(pid: getpid(), uid: getuid(), gid: getgid()) }

    @Test func nothingIsThere() throws {
        #expect(try Inlet(unix: true).receive().isEmpty)
        #expect(try Inlet(unix: false).receive().isEmpty)
    }

    @Test func aSenderWithoutANameIsKnownByItsProcess() throws {
        let inlet = try Inlet(unix: true)
        try Client(inlet.address).send("text")
        let received = try #require(try inlet.receive().first)
        #expect(received.bytes == Array("text".utf8))
        #expect(received.length == 4)
        #expect(received.address.isEmpty)
        #expect(received.process == ourselves)
        #expect(received.dropped == nil)
    }

    /// As with a socket unit without PassCredentials=yes.
    @Test func aSenderFromBeforeWeAskedIsNotKnown() throws {
        let inlet = try Inlet(unix: true)
        inlet.set(SO_PASSCRED, 0)
        try Client(inlet.address).send("early")
        inlet.set(SO_PASSCRED, 1)
        try Client(inlet.address).send("late")
        #expect(try inlet.receiveAll().map(\.process) == [nil, ourselves])
    }

    @Test func aSenderWithANameHasAnAddress() throws {
        let inlet = try Inlet(unix: true)
        let client = try Client(inlet.address)
        let path = try #require(inlet.directory).path("client.sock")
        try client.bind(path)
        try client.send("text")
        let received = try #require(try inlet.receive().first)
        #expect(received.address.dropFirst(2) == ArraySlice(Array(path.utf8) + [0]))
        #expect(received.process == ourselves)
    }

    @Test func emptyDatagrams() throws {
        for inlet in [try Inlet(unix: true), try Inlet(unix: false)] {
            let client = try Client(inlet.address)
            try client.send("")
            try client.send("after")
            #expect(try inlet.receiveAll().map(\.bytes) == [[], Array("after".utf8)])
        }
    }

    @Test func aDatagramBeyondTheSlotIsCutAndItsLengthReported() throws {
        let inlet = try Inlet(unix: true)
        let client = try Client(inlet.address)
        var size: Int32 = 1 << 20
        setsockopt(client.descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        let whole = (0..<(300 * 1024)).map { UInt8(truncatingIfNeeded: $0 / 7) }
        do {
            try client.send(whole)
        } catch let failure as Client.Failure where failure.number == EMSGSIZE {
            // net.core.wmem_max is too small here for any sender to do it.
            let most = try String(contentsOfFile: "/proc/sys/net/core/wmem_max", encoding: .utf8)
            #expect(try #require(Int(most.dropLast())) < 400 * 1024)
            return
        }
        try client.send("next")
        let all = try inlet.receiveAll()
        #expect(all.map(\.length) == [300 * 1024, 4])
        #expect(all.first?.bytes == Array(whole[..<inlet.receiver.slotBytes]))
        #expect(all.last?.bytes == Array("next".utf8), "each has a slot of its own")
    }

    @Test func moreThanThereAreSlots() throws {
        let inlet = try Inlet(unix: false)
        let client = try Client(inlet.address)
        for number in 0..<150 { try client.send("\(number)") }
        var rounds: [Int] = []
        var all: [String] = []
        while true {
            let some = try inlet.receive()
            if some.isEmpty { break }
            rounds.append(some.count)
            all += some.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        #expect(rounds == [64, 64, 22])
        #expect(all == (0..<150).map(String.init))
    }

    @Test func whatTheKernelDropsIsCounted() throws {
        let inlet = try Inlet(unix: false)
        inlet.set(SO_RCVBUF, 4096)
        let client = try Client(inlet.address)
        for _ in 0..<500 { try client.send([UInt8](repeating: 0, count: 1000)) }
        let first = try inlet.receiveAll()
        #expect(first.count < 500)
        try client.send("last")
        let last = try #require(try inlet.receiveAll().last)
        #expect(last.dropped.map(Int.init) == 500 - first.count)
    }

    @Test func openFilesThatAreSentAlongDoNotBecomeOurs() throws {
        let inlet = try Inlet(unix: true)
        let client = try Client(inlet.address)
        let directory = try TemporaryDirectory()
        let path = directory.path("attached")
        let file = open(path, O_CREAT | O_RDWR, 0o600)
        defer { close(file) }
        try DescriptorMessage([0x78], [Int32](repeating: file, count: 20)).send(over: client.descriptor)
        let received = try #require(try inlet.receive().first)
        #expect(received.bytes == [0x78])
        #expect(received.process == ourselves)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
        }
        #expect(open == ["\(file)"])
    }

    /// A socket that is passed in may keep the errors of the network (IP_RECVERR in ip(7)), which would leave it ready.
    @Test func errorsOfTheNetworkDoNotKeepTheThreadBusy() throws {
        let backend = MemoryBackend(paused: true)
        let stage = try WorkerStage(backend)
        let socket = try ListeningSocket.open(.udp(host: "127.0.0.1", port: 0))
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_IP), IP_RECVERR, &on, socklen_t(MemoryLayout<Int32>.size))
        let address = try #require(ListenAddress(of: socket))
        let service = Service.exchange(EchoProtocol())
        let listener = DatagramSocket(name: "t", service: service, descriptor: socket, isOpenedByDaemon: false)
        stage.mailbox.execute { $0.loop.open(DatagramListener(listener, $0)) }
        // The reply finds no socket any more, which the network says.
        let gone = try Client(address)
        try gone.send("x")
        #expect(eventually { backend.isInWrite })
        gone.close()
        backend.release()
        #expect(eventually { backend.committed.contains { $0.hasPrefix("Sent data to ") } })
        let (begin, used) = (ContinuousClock.now, stage.threadTime)
        let other = try Client(address)
        while ContinuousClock.now - begin < .seconds(1) {
            try other.send("y")
            #expect(try other.receiveText() == "y")
            usleep(50_000)
        }
        #expect(stage.threadTime - used < .milliseconds(200), "a thread that is kept busy needs all the time there is")
        #expect(!backend.committed.contains { $0.hasPrefix("Cannot receive") })
    }

    @Test func aBadSocketIsAnError() {
        #expect(throws: (any Error).self) { try DatagramReceiver(for: -1).receive(from: -1) { _ in } }
    }
}
