import Foundation
import TestSupport
import Testing

/// Connections that outlive a process, by what systemd keeps for the next one.
@Suite struct RestartTests {
    private static let store = "sockserved-connections"
    private static let formats = ["python", "syslog", "gelf", "json"]

    let directory: TemporaryDirectory
    private let keeper: DescriptorKeeper

    init() throws {
        directory = try TemporaryDirectory()
        keeper = try DescriptorKeeper(in: directory)
    }

    func listen(unix: Bool) throws -> (socket: TestSocket, address: String) {
        let socket = try TestSocket(at: unix ? "unix:\(directory.path("s"))" : "tcp:127.0.0.1:0")
        return (socket, unix ? "unix:\(directory.path("s"))" : "tcp:\(socket.name)")
    }

    /// Starts the daemon with a listening socket and with what is kept, as systemd does.
    func start(
        _ socket: TestSocket,
        as name: String,
        _ flags: [String] = [],
        keeper: DescriptorKeeper? = nil
    ) throws -> DaemonProcess {
        let keeper = keeper ?? self.keeper
        let kept = keeper.kept(Self.store)
        let names = [name] + kept.map { _ in Self.store }
        let script = """
            exec 3<&0 4<&1 </dev/null >/dev/null
            LISTEN_PID=$$ LISTEN_FDS=\(names.count) LISTEN_FDNAMES=\(names.joined(separator: ":")) exec "$0" "$@"
            """
        let daemon = try DaemonProcess(
            ["--log-format", "json"] + flags,
            in: directory,
            environment: ["NOTIFY_SOCKET": keeper.path],
            through: ["/bin/sh", "-c", script],
            input: FileHandle(fileDescriptor: socket.descriptor),
            output: kept.first.map { FileHandle(fileDescriptor: $0) },
            serving: 0
        )
        #expect(eventually { daemon.addresses.count == 1 || !daemon.isRunning }, "\(daemon.complaints)")
        return daemon
    }

    /// A message on the wire, whose text is the number.
    private func message(_ number: Int, _ format: String) -> [UInt8] {
        let text = "message \(number)"
        switch format {
        case "python":
            let pickle =
                Array("}(U".utf8) + [3] + Array("msgU".utf8) + [UInt8(text.utf8.count)] + Array(text.utf8)
                + Array("u.".utf8)
            return [0, 0, 0, UInt8(pickle.count)] + pickle
        case "syslog": return Array("<13>Nov 25 10:00:00 host program: \(text)\n".utf8)
        case "gelf": return Array(#"{"version":"1.1","host":"h","short_message":"\#(text)"}"#.utf8) + [0]
        default: return Array(#"{"message":"\#(text)"}"#.utf8) + [0x0A]
        }
    }

    private func expectReset(_ client: TestSocket, location: SourceLocation = #_sourceLocation) {
        let failure = #expect(throws: TestSocket.Failure.self, sourceLocation: location) { try client.receive() }
        #expect(failure?.number == ECONNRESET, "\(failure?.description ?? "")", sourceLocation: location)
    }

    // MARK: restarts

    /// Each process gets some bytes, which end anywhere.
    @Test(arguments: formats, [false, true])
    func messagesThatAreCutByARestartAreWhole(format: String, unix: Bool) throws {
        let (socket, address) = try listen(unix: unix)
        var daemon = try start(socket, as: format)
        let client = try TestSocket(to: address)
        var stream = (1...12).flatMap { message($0, format) }[...]
        var random = SeededGenerator(seed: 8)
        while !stream.isEmpty {
            let piece = stream.prefix(Int.random(in: 1...140, using: &random))
            stream = stream.dropFirst(piece.count)
            try client.send(Array(piece))
            #expect(daemon.stop() == 0)
            #expect(!client.hasInput, "\(client.hasInput ? "the connection ended" : "")")
            // One that received the middle of a message says nothing.
            if !daemon.statedCounts.isEmpty { #expect(daemon.accountingFaults() == []) }
            daemon = try start(socket, as: format)
        }
        client.endSending()
        // All is written, and the client learns it.
        #expect(try client.receiveToEnd() == "")
        #expect(daemon.stop() == 0)
        #expect(try daemon.messages().map { $0["message"] ?? "" } == (1...12).map { "message \($0)" })
        #expect(!daemon.log.contains("were reset"))
    }

    /// At the stop nothing can keep the states out any more.
    @Test func theirStatesHaveAFileInTheStoreFromTheStart() throws {
        let (socket, _) = try listen(unix: false)
        let daemon = try start(socket, as: "json")
        #expect(eventually { !keeper.kept(Self.store).isEmpty })
        var entries: [[Int]] = []
        try keeper.changeMessages(in: Self.store) { kind, descriptors in
            entries.append([Int(kind), descriptors.count, Int(lseek(descriptors[0], 0, SEEK_END))])
            return true
        }
        #expect(entries == [[1, 1, 0]] && daemon.isRunning)
    }

    @Test(arguments: [false, true]) func bytesAndStartAreThoseOfTheWholeConnection(unix: Bool) throws {
        let (socket, address) = try listen(unix: unix)
        var daemon = try start(socket, as: "syslog")
        let client = try TestSocket(to: address)
        let (first, second) = (message(1, "syslog"), message(2, "syslog"))
        try client.send(first)
        #expect(daemon.stop() == 0)
        daemon = try start(socket, as: "syslog")
        try client.send(second)
        client.endSending()
        #expect(try client.receiveToEnd() == "")
        #expect(daemon.hasLogged("connection-closed"))
        #expect(daemon.log.contains("connection-resumed"))
        #expect(daemon.log.contains("\"bytes_received\":\(first.count + second.count)"))
    }

    /// What the peer sends, and its end, while no process is there.
    @Test(arguments: [false, true]) func whatComesMeanwhileWaits(unix: Bool) throws {
        let (socket, address) = try listen(unix: unix)
        var daemon = try start(socket, as: "json")
        let clients = try (0..<5).map { _ in try TestSocket(to: address) }
        for client in clients { try client.send(message(1, "json")) }
        _ = try daemon.messages(awaiting: 5)
        #expect(daemon.stop() == 0)
        for client in clients { try client.send(message(2, "json")) }
        clients[0].endSending()
        // Nothing of it is read by anyone: the daemon finds it all the same.
        clients[1].close()
        daemon = try start(socket, as: "json")
        #expect(try clients[0].receiveToEnd() == "")
        #expect(try daemon.messages(awaiting: 10).count == 10)
        for client in clients[2...] {
            client.endSending()
            #expect(try client.receiveToEnd() == "")
        }
    }

    /// The end of a connection with a message that was refused is a reset, whichever process has refused it.
    @Test func aRefusedMessageIsRemembered() throws {
        let (socket, address) = try listen(unix: false)
        var daemon = try start(socket, as: "python")
        let client = try TestSocket(to: address)
        try client.send([0, 0, 0, 2, 0x4E, 0x2E])
        #expect(daemon.hasLogged("message-refused"))
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [] && daemon.statedCounts["python"]?.malformed == 1)
        daemon = try start(socket, as: "python")
        try client.send(message(1, "python"))
        #expect(try daemon.messages(awaiting: 1).count == 1)
        client.endSending()
        expectReset(client)
    }

    // MARK: the end

    /// The daemon cannot know whether it is restarted or stopped.
    @Test(arguments: formats, [false, true]) func aStopIsAReset(format: String, unix: Bool) throws {
        let (socket, address) = try listen(unix: unix)
        let daemon = try start(socket, as: format)
        let client = try TestSocket(to: address)
        try client.send(message(1, format))
        #expect(try daemon.messages(awaiting: 1).count == 1)
        #expect(daemon.stop() == 0)
        #expect(daemon.log.contains("1 connections are kept for the next start"))
        #expect(daemon.accountingFaults() == [])
        #expect(!client.hasInput)
        keeper.closeAll()
        expectReset(client)
    }

    @Test func whatIsNotKeptIsReset() throws {
        let elsewhere = try TemporaryDirectory()
        let keeper = try DescriptorKeeper(in: elsewhere, maximum: 0)
        let (socket, address) = try listen(unix: false)
        let daemon = try start(socket, as: "json", ["--drain-timeout", "300ms"], keeper: keeper)
        let client = try TestSocket(to: address)
        try client.send(message(1, "json"))
        #expect(try daemon.messages(awaiting: 1).count == 1)
        #expect(daemon.stop() == 0)
        expectReset(client)
        #expect(!daemon.log.contains("are kept"))
        #expect(daemon.accountingFaults() == [])
    }

    /// Protocols with answers end as ever.
    @Test func exchangesAreNotKept() throws {
        let (socket, address) = try listen(unix: false)
        let daemon = try start(socket, as: "echo", ["--drain-timeout", "300ms"])
        let client = try TestSocket(to: address)
        try client.send("x")
        #expect(try client.receive() == Array("x".utf8))
        #expect(daemon.stop() == 0)
        #expect(try client.receiveToEnd() == "")
        #expect(!daemon.log.contains("are kept"))
    }

    // MARK: what does not fit

    private enum Fault: CaseIterable {
        case version, truncation, noState, noDescriptor, listener

        var reason: String {
            switch self {
            case .version: "their state is of version 9, and not of 3"
            case .truncation: "their state is not complete"
            case .noState: "their state is missing"
            case .noDescriptor: "their descriptors are missing"
            case .listener: "no listener json takes messages now"
            }
        }
    }

    @Test(arguments: Fault.allCases) private func whatDoesNotFitIsResetAndCounted(_ fault: Fault) throws {
        let (socket, address) = try listen(unix: false)
        var daemon = try start(socket, as: "json")
        let clients = try (0..<3).map { _ in try TestSocket(to: address) }
        for client in clients { try client.send(message(1, "json")) }
        _ = try daemon.messages(awaiting: 3)
        #expect(daemon.stop() == 0)
        try keeper.changeMessages(in: Self.store) { kind, descriptors in
            // Kind 0 has the sockets, kind 1 the file with their states.
            switch (fault, kind) {
            case (.version, 1): pwrite(descriptors[0], [UInt8(9)], 1, 8)
            case (.truncation, 1): _ = ftruncate(descriptors[0], 50)
            case (.noState, 1), (.noDescriptor, 0): return false
            default: break
            }
            return true
        }
        daemon = try start(socket, as: fault == .listener ? "echo" : "json")
        #expect(daemon.hasLogged("3 connections of the previous process were reset: \(fault.reason)\""))
        for client in clients { expectReset(client) }
        #expect(!daemon.log.contains("connection-resumed"))
        // And it serves.
        let next = try TestSocket(to: address)
        try next.send(message(2, "json"))
        next.endSending()
        _ = try next.receiveToEnd()
    }

    /// The beginning of the message, beyond the limit, is gone.
    @Test func aGreaterLimitCannotGoOnWithinACutMessage() throws {
        let (socket, address) = try listen(unix: false)
        var daemon = try start(socket, as: "json", ["--message-limit", "1K"])
        let client = try TestSocket(to: address)
        try client.send([UInt8](repeating: 0x61, count: 1500))
        #expect(daemon.hasLogged("connection-established"))
        #expect(daemon.stop() == 0)
        daemon = try start(socket, as: "json", ["--message-limit", "2K"])
        #expect(daemon.hasLogged("lost: it cannot go on with the present settings of its listener"))
        expectReset(client)
    }
}
