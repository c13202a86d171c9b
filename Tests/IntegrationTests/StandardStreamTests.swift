import Foundation
import TestSupport
import Testing

/// Records on standard output or standard error, as in a container.
@Suite struct StandardStreamTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func objects(_ name: String) throws -> [[String: Any]] {
        try directory.text(name).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)")
        }
    }

    /// Every line is a record, where output and error are apart and where they are one.
    @Test(arguments: ["stdout", "stderr"], [false, true])
    func everyLineIsARecord(backend: String, areOne: Bool) throws {
        let redirection = areOne ? "exec \"$0\" \"$@\" 2>&1 >>'\(directory.path("both"))' 2>&1" : "exec \"$0\" \"$@\""
        let name = areOne ? "both" : backend
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0", "--log-backend", backend, "--log-format", "json"],
            in: directory,
            through: ["/bin/sh", "-c", redirection],
            log: directory.path(name)
        )
        let address = try #require(daemon.addresses.first)
        #expect(try ReloadTests.hello(address, "x") == "Hello, client!")
        daemon.signal(SIGHUP)
        #expect(daemon.hasLogged("Configuration reloaded; records go to \(backend)"))
        #expect(daemon.stop() == 0)
        let events = try objects(name).compactMap { $0["event"] as? String }
        #expect(events.first == "daemon-started")
        #expect(events.contains("listener-started"))
        #expect(events.count { $0 == "data-received" } == 1)
        #expect(events.contains("daemon-stopping"))
        guard !areOne else { return }
        let other = directory.text(backend == "stdout" ? "stderr" : "stdout")
        #expect(other == (backend == "stdout" ? "" : "hello serves hello at \(address); records go to stderr\n"))
    }

    @Test func recordsWaitForAReaderOfAPipe() throws {
        let pipe = Pipe()
        let daemon = try DaemonProcess(
            ["--listen", "discard@unix:\(directory.path("s"))", "--log-backend", "stdout"],
            in: directory,
            output: pipe.fileHandleForWriting,
            serving: 0
        )
        try pipe.fileHandleForWriting.close()
        #expect(eventually { FileManager.default.fileExists(atPath: directory.path("s")) })
        let client = try TestSocket(to: "unix:\(directory.path("s"))")
        // More than the pipe takes; a record for each of the sends.
        let text = String(repeating: "Z", count: 1000)
        for _ in 0..<200 { try client.send(text) }
        client.endSending()
        daemon.signal(SIGTERM)
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(daemon.exitCode() == 0)
        #expect(output.count { $0 == "Z" } == 200_000)
        #expect(output.hasSuffix("\n"))
        #expect(
            output.split(separator: "\n").allSatisfy { $0.contains(#/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}:[A-Z]+:/#) }
        )
    }

    /// Nothing of the host's logs is there, and the working directory is `/`.
    @Test(.enabled(if: MountNamespace.isAvailable, "mounts take root or user namespaces"))
    func autoTakesStandardErrorInRoot() throws {
        let wrapper = MountNamespace.wrapper(
            mounting: "-t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev && touch /dev/null"
        )
        let fifo = directory.path("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        let script = "cat '\(fifo)' >'\(directory.path("seen"))' & cd / && exec \"$0\" \"$@\" 2>'\(fifo)'"
        let inRoot = ["/bin/sh", "-c", script]
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0", "--log-backend", "auto"],
            in: directory,
            through: wrapper + inRoot,
            log: directory.path("seen")
        )
        #expect(daemon.hasLogged("started; records go to stderr\n"))
        #expect(daemon.stop() == 0)
    }
}
