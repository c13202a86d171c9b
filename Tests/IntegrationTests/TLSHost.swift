import Foundation
import TestSupport
import Testing

/// A daemon with one listener with TLS, and clients for it.
final class TLSHost {
    let directory: TemporaryDirectory
    let certificates: Certificates
    let daemon: DaemonProcess
    let port: String

    /// Starts the daemon.
    ///
    /// - Parameters:
    ///   - format: the protocol of the listener.
    ///   - server: the listener's certificate.
    ///   - threads: how many the daemon has; nil: as it likes.
    ///   - settings: further lines of the listener.
    /// - Throws: why it does not start.
    init(_ format: String, server: String = "server", threads: Int? = nil, _ settings: String...) throws {
        directory = try TemporaryDirectory()
        certificates = try Certificates.shared.get()
        let file = try Self.listener(format, server: server, settings.joined(separator: "\n"))
        try Data(file.utf8).write(to: directory.url.appending(path: "x.toml"))
        daemon = try DaemonProcess(
            ["--config", directory.path("x.toml"), "--log-format", "json"]
                + (threads.map { ["--threads", "\($0)"] } ?? []),
            in: directory,
            serving: 1
        )
        port = try String(#require(daemon.addresses.first?.split(separator: ":").last))
    }

    /// The section of a listener.
    static func listener(
        _ format: String,
        at port: Int = 0,
        server: String = "server",
        _ settings: String
    ) throws -> String {
        let certificates = try Certificates.shared.get()
        return """
            [[listener]]
            name = "secure"
            protocol = "\(format)"
            address = "tcp:127.0.0.1:\(port)"
            tls = true
            tls_certificate = "\(certificates.certificate(server))"
            tls_key = "\(certificates.key(server))"
            \(settings)

            """
    }

    /// Settings by which clients must have a certificate of `ca`.
    static func requiringClients() throws -> String {
        "tls_client = 'require'\ntls_client_ca = '\(try Certificates.shared.get().certificate("ca"))'"
    }

    /// Runs the Python client, at the listener's port or at a proxy's.
    ///
    /// - Returns: the lines that it printed.
    func run(_ action: String, _ arguments: String..., through proxy: ProxyProgram? = nil) throws -> [Substring] {
        let script = LogClient.script("tls-client")
        let port = proxy.map { String($0.address.split(separator: ":").last ?? "") } ?? port
        let all = [script, certificates.path, "127.0.0.1", port, action] + arguments
        let outcome = try BuiltProgram.run("/usr/bin/python3", all, in: directory)
        #expect(outcome.status == 0, "\(outcome.complaints.joined(separator: "\n"))")
        return outcome.output.split(separator: "\n")
    }

    /// Sends a line by `openssl s_client` with a certificate, or without one.
    func connect(as client: String?, _ options: String...) throws {
        var arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-quiet", "-no_ign_eof"] + options
        if let client {
            arguments += ["-cert", certificates.certificate(client), "-key", certificates.key(client)]
        }
        _ = try BuiltProgram.run("/usr/bin/openssl", arguments, in: directory)
    }

    /// Waits for records of an event.
    ///
    /// - Returns: the messages of all records of the event.
    func messages(of event: String, awaiting count: Int = 1) throws -> [String] {
        var found: [String] = []
        _ = try eventually {
            let lines = daemon.log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            found = try lines.map { try MessageRecord($0) }.filter { $0["event"] == event }.compactMap { $0["message"] }
            return found.count >= count
        }
        return found.map { $0.replacing(#/127\.0\.0\.1:\d+/#, with: "PEER") }
    }
}
