import Foundation
import Linux
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// What may stand between two bytes of a Unix stream, and what the end of a connection means to its client.
@Suite struct StreamSocketTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func place(unix: Bool) -> ListenAddress {
        unix ? .unix(path: directory.path("x")) : .tcp(host: "127.0.0.1", port: 0)
    }

    private func texts(_ test: TestServer) -> [String] {
        test.messages.map { SeenRecord($0).message }.filter { $0.hasPrefix("text ") }
    }

    private func server(threshold: Severity = .warning) throws -> TestServer {
        try TestServer(MemoryBackend(encoding: Sample.describing), threshold: threshold)
    }

    /// Two messages, what disturbs, and two more; all are records, and confirmed.
    private func exchange(_ test: TestServer, _ client: Client, _ disturb: (Client) throws -> Void) throws {
        try client.send(Sample.framed("text 0", .syslog))
        #expect(eventually { texts(test).count == 1 })
        try disturb(client)
        try client.send(Sample.framed("text 2", .syslog) + Sample.framed("text 3", .syslog))
        #expect(eventually { texts(test).contains("text 3") }, "while the stream is open")
        client.endOutput()
        #expect(try client.receiveAll().isEmpty)
        #expect(texts(test) == (0..<4).map { "text \($0)" })
    }

    @Test func urgentBytesDoNotStopAUnixStream() throws {
        let test = try server()
        let client = try Client(test.listen("syslog", at: place(unix: true), limits: ListenerLimits(idleTimeout: nil)))
        try exchange(test, client) { client in
            try client.send(Sample.framed("text 1", .syslog))
            #expect(eventually { texts(test).count == 2 })
            try sendUrgent("!", client)
        }
    }

    private func sendUrgent(_ byte: Unicode.Scalar, _ client: Client) throws {
        var byte = UInt8(ascii: byte)
        try #require(Foundation.send(client.descriptor, &byte, 1, Int32(MSG_OOB)) == 1)
    }

    /// Wherever urgent bytes are, all others are received, and a stream whose records are not committed ends in a reset.
    @Test(arguments: [false, true], ["te!xt\n", "text\n!", "!text\n", "text!\n", "t!e!xt!\n!"])
    func urgentBytesHideNothing(unix: Bool, text: String) throws {
        for inSteps in [false, true] {
            let test = try TestServer(MemoryBackend(paused: true), threshold: .warning)
            let limits = ListenerLimits(idleTimeout: nil)
            let client = try Client(test.listen("json", at: place(unix: unix), limits: limits))
            for byte in text.unicodeScalars {
                if byte == "!" { try sendUrgent(byte, client) } else { try client.send([UInt8(ascii: byte)]) }
                if inSteps { test.finishPending() }
            }
            client.endOutput()
            #expect(eventually { test.backend.isInWrite })
            test.finishPending()
            test.stopAccepting()
            test.server.abortConnections()
            #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try client.receiveAll() }
            test.backend.release()
            // Of several that have not been read, only the last one is urgent.
            let texts = { test.messages.filter { !$0.hasPrefix("Connection") }.map { $0.filter { $0 != "!" } } }
            #expect(eventually { texts() == ["text"] }, "\(test.messages)")
        }
    }

    @Test func descriptorsThatComeAlongDoNotStopAUnixStreamAndAreClosed() throws {
        let test = try server()
        let client = try Client(test.listen("syslog", at: place(unix: true), limits: ListenerLimits(idleTimeout: nil)))
        let pipe = Pipe()
        try exchange(test, client) { client in
            let message = Sample.framed("text 1", .syslog)
            try client.send(Array(message.dropLast()))
            test.finishPending()
            let file = pipe.fileHandleForWriting.fileDescriptor
            try DescriptorMessage(Array(message.suffix(1)), [file]).send(over: client.descriptor)
            try pipe.fileHandleForWriting.close()
            #expect(eventually { texts(test).count == 2 })
        }
        // The end of the pipe comes when the last descriptor of its other side is closed.
        #expect(try pipe.fileHandleForReading.readToEnd() ?? Data() == Data())
    }

    /// As a server does that forks after it has connected: with SO_PASSCRED, as `PassCredentials=yes` sets it, a receive
    /// stops between the bytes of two processes.
    @Test(arguments: ["sh", nil]) func anotherProcessMayWriteToAUnixStream(shell: String?) throws {
        let test = try server()
        let socket = try ListeningSocket.open(place(unix: true))
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, socklen_t(MemoryLayout<Int32>.size))
        let address = try #require(ListenAddress(of: socket))
        let service = try #require(ProtocolRegistry.named("syslog"))
        // Connected before anyone accepts, as a client is whose connection starts the daemon.
        let client = try Client(address)
        let limits = ListenerLimits(idleTimeout: nil)
        test.server.accept(StreamListener(name: "t", service: service, limits: limits), on: socket)
        try exchange(test, client) { client in
            guard let shell else { return try client.send(Sample.framed("text 1", .syslog)) }
            let process = Process()
            process.executableURL = URL(filePath: "/bin/\(shell)")
            process.arguments = ["-c", "printf '<14>Oct 11 22:14:15 host app[7]: text 1\\n'"]
            process.standardOutput = FileHandle(fileDescriptor: client.descriptor)
            try process.run()
            process.waitUntilExit()
        }
    }

    // MARK: the end

    /// An orderly end is an answer only: what a client sends while the daemon ends the connection is not confirmed by it.
    @Test(arguments: ["syslog", "json", "python", "gelf", "discard"], [false, true])
    func aStopIsAReset(name: String, unix: Bool) throws {
        let test = try server(threshold: .debug)
        let address = try test.listen(name, at: place(unix: unix), limits: ListenerLimits(idleTimeout: nil))
        let client = try Client(address)
        try client.send(Sample.framed("x", LogFormat(rawValue: name) ?? .syslog))
        #expect(eventually { test.pipeline.metrics.waiting == 0 && test.messages.count >= 2 })
        test.finishPending()
        test.stopAccepting()
        if name == "discard" { test.server.abortConnections() }
        #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try client.receiveAll() }
        #expect(eventually { test.messages.contains { $0.hasSuffix("Connection closed") } }, "nothing is lost")
    }

    @Test(arguments: ["syslog", "discard"], [false, true])
    func anIdleTimeoutIsAReset(name: String, unix: Bool) throws {
        let test = try server(threshold: .debug)
        let limits = ListenerLimits(idleTimeout: .milliseconds(300))
        let client = try Client(test.listen(name, at: place(unix: unix), limits: limits))
        try client.send(Sample.framed("x", .syslog))
        #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try client.receiveAll() }
        #expect(eventually { test.messages.contains { $0.hasSuffix("Connection closed") } })
    }

    /// A client that goes away after its answer has had it.
    @Test func aResetAfterTheReplyIsNotALoss() throws {
        let backend = MemoryBackend(encoding: { record in
            guard case .bytes(let end)? = record.value(of: .end) else { return Array(record.message) }
            return Array(record.message) + Array("|".utf8) + record.bytes[end]
        })
        let test = try TestServer(backend, threshold: .informational)
        let client = try Client(test.listen("hello"))
        try client.send("x")
        #expect(try client.receiveText() == "Hello, client!")
        try client.send("y")
        client.reset()
        #expect(eventually { test.messages.last == "Connection closed|reset-by-peer" })
        #expect(test.messages.count == 2, "\(test.messages)")
    }

    @Test func unreadDataIsALossAndCounted() throws {
        let backend = MemoryBackend(encoding: { record in
            guard case .integer(let count)? = record.value(of: .bytesUnread) else { return Array(record.message) }
            return Array(record.message) + Array("|\(count)".utf8)
        })
        let test = try TestServer(backend, threshold: .informational)
        let limits = ListenerLimits(idleTimeout: .milliseconds(500))
        let client = try Client(test.listen("echo", limits: limits))
        // It takes none of the replies, so that what it sends is not read any more.
        let piece = [UInt8](repeating: 0, count: 1 << 16)
        #expect(eventually { (try? client.send(piece)) == nil }, "reset by the other side")
        #expect(eventually { test.messages.contains { $0.contains(" lost: what it sent last was not read|") } })
        #expect(!test.messages.contains("Connection closed"))
    }
}
