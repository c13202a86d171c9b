import Foundation
import TestSupport
import Testing

/// OpenSSL is loaded for a listener with TLS, and for nothing else.
@Suite struct TLSLibraryTests {
    private static let library = "libssl.so.3"
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func isLoaded(in daemon: DaemonProcess) throws -> Bool {
        try String(contentsOfFile: "/proc/\(daemon.pid)/maps", encoding: .utf8).contains("/\(Self.library)")
    }

    /// What makes the dynamic linker find a library that is none.
    private func breakLibrary() throws -> String {
        try Data("not a library".utf8).write(to: directory.url.appending(path: Self.library))
        return directory.path
    }

    @Test func isLoadedForTLSOnly() throws {
        let plain = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        #expect(try !isLoaded(in: plain))
        #expect(try isLoaded(in: TLSHost("hello").daemon))
    }

    @Test func plainListenersDoWithoutIt() throws {
        let environment = ["LD_LIBRARY_PATH": try breakLibrary()]
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"], environment: environment)
        let client = try TestSocket(to: #require(daemon.addresses.first))
        try client.send(Array("hello\n".utf8))
        #expect(try client.receiveToEnd() == "Hello, client!")
    }

    @Test func whatCannotBeLoadedIsNamed() throws {
        let path = try breakLibrary()
        try Data(TLSHost.listener("syslog", "").utf8).write(to: directory.url.appending(path: "x.toml"))
        let command = ["LD_LIBRARY_PATH=\(path)", try BuiltProgram.path, "--config", directory.path("x.toml")]
        let outcome = try BuiltProgram.run("/usr/bin/env", command + ["--log-backend", "file"], in: directory)
        #expect(outcome.status == 78)
        #expect(outcome.complaints.count == 1)
        let line = try #require(outcome.complaints.first)
        #expect(line.contains("listener secure: cannot load OpenSSL: \(path)/\(Self.library): "), "\(line)")
        #expect(line.hasSuffix("; install the package with this library, such as Debian's libssl3 or libssl3t64"))
    }
}
