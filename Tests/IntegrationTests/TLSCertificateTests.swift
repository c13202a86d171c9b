import Foundation
import TestSupport
import Testing

/// The files of a listener with TLS: at the start, at a reload, and towards their end.
@Suite struct TLSCertificateTests {
    private let directory: TemporaryDirectory
    private let certificates: Certificates

    init() throws {
        directory = try TemporaryDirectory()
        certificates = try Certificates.shared.get()
    }

    private func install(_ certificate: String, key: String? = nil) throws {
        for (from, to) in [
            (certificates.certificate(certificate), "own.pem"), (certificates.key(key ?? certificate), "own.key"),
        ] {
            try Data(contentsOf: URL(filePath: from)).write(to: directory.url.appending(path: to))
        }
    }

    /// Certificate and key as credentials of the service.
    private func arguments() throws -> [String] {
        let file = """
            [[listener]]
            name = "secure"
            protocol = "syslog"
            address = "tcp:127.0.0.1:0"
            tls = true
            tls_certificate = "own.pem"
            tls_key = "own.key"

            """
        try Data(file.utf8).write(to: directory.url.appending(path: "x.toml"))
        return ["--config", directory.path("x.toml")]
    }

    private func start() throws -> DaemonProcess {
        let environment = ["CREDENTIALS_DIRECTORY": directory.path]
        return try DaemonProcess(arguments(), in: directory, environment: environment, serving: 1)
    }

    /// The hash of the certificate that a client gets.
    private func fingerprint(of daemon: DaemonProcess) throws -> String {
        let port = try #require(daemon.addresses.first?.split(separator: ":").last)
        let command =
            "openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>/dev/null | openssl x509 -noout -fingerprint"
        return try BuiltProgram.run("/bin/sh", ["-c", command], in: directory).output
    }

    private func fingerprint(of certificate: String) throws -> String {
        let arguments = ["x509", "-noout", "-fingerprint", "-in", certificates.certificate(certificate)]
        return try BuiltProgram.run("/usr/bin/openssl", arguments, in: directory).output
    }

    @Test func reloadReadsAgainAndKeepsWhatIsGood() throws {
        try install("server")
        let daemon = try start()
        #expect(try fingerprint(of: daemon) == fingerprint(of: "server"))
        for (certificate, key, reason) in [
            ("other-server", "server", "key values mismatch"), ("expired-server", nil, "it has expired on 20"),
        ] {
            try install(certificate, key: key)
            let count = daemon.log.matches(of: #/Configuration reloaded/#).count
            daemon.signal(SIGHUP)
            #expect(eventually { daemon.log.matches(of: #/Configuration reloaded/#).count > count })
            #expect(daemon.log.contains(try Regex(":ERROR:Listener secure keeps its certificate: .*\(reason)")))
            #expect(try fingerprint(of: daemon) == fingerprint(of: "server"))
        }
        try install("ends-soon")
        daemon.signal(SIGHUP)
        #expect(daemon.hasLogged(":WARNING:Listener secure's certificate ends in 9 days, on 20"))
        #expect(try fingerprint(of: daemon) == fingerprint(of: "ends-soon"))
    }

    @Test func expiredOneIsRecordedAtTheStart() throws {
        try install("expired-server")
        #expect(try start().hasLogged(":ERROR:Listener secure's certificate has expired on 20"))
    }

    @Test func fileThatCannotBeUsedIsAMistakeInTheConfiguration() throws {
        try install("server", key: "encrypted")
        let arguments = try arguments() + ["--log-backend", "file"]
        let outcome = try BuiltProgram.run(
            "/usr/bin/env",
            ["CREDENTIALS_DIRECTORY=\(directory.path)", try BuiltProgram.path] + arguments,
            in: directory
        )
        #expect(outcome.status == 78)
        #expect(outcome.complaints.count == 1)
        let line = try #require(outcome.complaints.first)
        #expect(line.contains("listener secure: cannot read the key \(directory.path("own.key")): "))
        #expect(line.hasSuffix("; it must be the key of \(directory.path("own.pem")), as PEM and without a passphrase"))
        let without = try BuiltProgram.run(arguments, in: directory)
        #expect(without.status == 78)
        #expect(without.complaints.first?.contains("cannot find own.pem: the service has no credentials; ") == true)
    }
}
