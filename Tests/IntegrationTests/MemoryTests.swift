import Foundation
import TestSupport
import Testing

/// What waits or is not complete takes no more memory than `memory_limit`, as the kernel counts it; and others are served.
@Suite struct MemoryTests {
    private static let limit = 8 << 20
    /// What a connection takes, at most.
    private static let ofConnection = 2 << 10
    /// What the thread itself may grow by: its buffers, and what the allocator keeps.
    private static let ofThread = 8 << 20

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var unixAddress: String { "unix:\(directory.path("socket"))" }

    /// Starts the daemon with a listener for many, and one for the honest, who are another source.
    private func start(_ more: [String] = [], isUnix: Bool = false) throws -> DaemonProcess {
        let (tcp, unix) = ("json@tcp:127.0.0.1:0", "json@\(unixAddress)")
        let daemon = try DaemonProcess(
            [
                "--listen", isUnix ? unix : tcp, "--listen", isUnix ? tcp : unix,
                "--log-level", "info", "--memory-limit", "8M",
            ] + more,
            in: directory
        )
        // Pages that the first messages touch are not growth.
        try sendHonest(count: 3, daemon)
        return daemon
    }

    private func frame(_ text: String) -> [UInt8] { Array("{\"message\":\"\(text)\"}\n".utf8) }

    /// Another source sends messages of 20 KB, each in two pieces, and each is confirmed.
    private func sendHonest(count: Int, _ daemon: DaemonProcess) throws {
        let address = try #require(daemon.addresses.last)
        for _ in 0..<count {
            let client = try TestSocket(to: address)
            let message = frame(String(repeating: "t", count: 20_000))
            try client.send(Array(message[..<12_000]))
            usleep(2000)
            try client.send(Array(message[12_000...]))
            client.endSending()
            #expect(try client.receiveToEnd() == "")
        }
    }

    private func expectBound(_ daemon: DaemonProcess, from base: Int, connections: Int) throws {
        let growth = try #require(daemon.peakBytes) - base
        let bound = Self.limit + connections * Self.ofConnection + Self.ofThread
        #expect(growth <= bound, "grew by \(growth >> 10) KiB, and may by \(bound >> 10) KiB")
    }

    /// Opens connections that each send the beginning of a message; others are served between them.
    private func begin(_ count: Int, with bytes: Int, _ daemon: DaemonProcess) throws -> [TestSocket] {
        let address = try #require(daemon.addresses.first)
        let piece = [UInt8](repeating: 0x78, count: bytes)
        let clients = try (0..<count).map { number in
            let client = try TestSocket(to: address)
            try? client.send(piece)
            if number % (count / 20) == 0 { try sendHonest(count: 1, daemon) }
            return client
        }
        try sendHonest(count: 5, daemon)
        return clients
    }

    /// Stops the daemon: each message is accounted for, the ones that gave way as malformed.
    private func expectAccount(_ daemon: DaemonProcess, honest: Int) throws {
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        let counts = daemon.statedCounts
        #expect(counts["json-2"]?.committed == honest)
        #expect(try #require(counts["json"]).reasons["crowded"] ?? 0 > 0)
    }

    /// Many connections with one half of a small message each: the kernel holds what has no room, and none gives way.
    @Test(.enabled(if: FileLimit.raised >= 2500, "the limit of open files is too low"))
    func halfMessages() throws {
        let daemon = try start()
        let base = try #require(daemon.residentBytes)
        let clients = try begin(2000, with: 8000, daemon)
        // Another client of the same source.
        let honest = try TestSocket(to: try #require(daemon.addresses.first))
        try honest.send(frame("honest"))
        honest.endSending()
        #expect(try honest.receiveToEnd() == "")
        let before = daemon.processorTime
        usleep(1_000_000)
        #expect(daemon.processorTime - before < .milliseconds(300), "what is left is not looked at all the time")
        try expectBound(daemon, from: base, connections: clients.count)
        #expect(clients.allSatisfy { !$0.hasInput }, "all are open")
        for (number, client) in clients.enumerated() {
            try client.send(Array(" of number \(number).\n".utf8))
            client.endSending()
        }
        for client in clients { #expect(try client.receiveToEnd() == "") }
        try expectBound(daemon, from: base, connections: clients.count)
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        let numbers = daemon.log.matches(of: #/x{8000} of number (\d+)\.\n/#).compactMap { Int($0.1) }
        #expect(numbers.sorted() == Array(clients.indices), "each once")
    }

    /// The same on a Unix socket, where it is not known what the kernel can hold: those that hold most give way.
    @Test(.enabled(if: FileLimit.raised >= 2500, "the limit of open files is too low"))
    func halfMessagesOnAUnixSocket() throws {
        let daemon = try start(isUnix: true)
        let base = try #require(daemon.residentBytes)
        let clients = try begin(2000, with: 8000, daemon)
        try expectBound(daemon, from: base, connections: clients.count)
        #expect(daemon.hasLogged("unfinished messages take more than 6291456 bytes of memory (memory_limit)"))
        // One line for each second and ten at once, rather than one for each connection.
        #expect(try daemon.clientRecords().count < 400)
        try expectAccount(daemon, honest: 28)
    }

    /// Many connections with all but the end of a large message each.
    @Test func hugeMessages() throws {
        let daemon = try start()
        let base = try #require(daemon.residentBytes)
        let clients = try begin(100, with: 1_000_000, daemon)
        try expectBound(daemon, from: base, connections: clients.count)
        try expectAccount(daemon, honest: 28)
    }

    /// Messages of two bytes, while the disk is full.
    @Test(.enabled(if: MountNamespace.isAvailable, "no mount namespace can be made here"))
    func tinyRecordsOnAFullDisk() throws {
        let disk = directory.path("disk")
        mkdir(disk, 0o755)
        let daemon = try DaemonProcess(
            [
                "--listen", "syslog@tcp:127.0.0.1:0", "--log-file", "\(disk)/server.log", "--memory-limit", "8M",
                "--log-format", "%(message)s", "--log-level", "info",
            ],
            in: directory,
            through: MountNamespace.wrapper(mounting: "-t tmpfs -o size=2m tmpfs '\(disk)'"),
            privateLog: "\(disk)/server.log"
        )
        let filler = open("/proc/\(daemon.pid)/root\(disk)/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let page = [UInt8](repeating: 0, count: 4096)
        while write(filler, page, page.count) > 0 {}
        close(filler)
        let base = try #require(daemon.residentBytes)
        let address = try #require(daemon.addresses.first)
        let clients = try (0..<8).map { _ in try TestSocket(to: address) }
        let piece = Array(String(repeating: "x\n", count: 30_000).utf8)
        func offer() throws -> Int { try clients.reduce(0) { try $0 + ($1.offer(piece) ?? 0) } }
        #expect(
            try eventually {
                _ = try offer()
                return daemon.complaints.contains("No space left on device")
            }
        )
        var stuck = 0
        // Until nothing is taken any more.
        #expect(
            try eventually {
                stuck = try offer() == 0 ? stuck + 1 : 0
                usleep(20_000)
                return stuck > 50
            }
        )
        try expectBound(daemon, from: base, connections: 8)
    }
}
