import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// TLS in the service's sandbox.
    @Suite
    struct TLSServiceTests {
        private static let configuration = """
            [[listener]]
            name = "syslog-tls"
            protocol = "syslog"
            tls = true
            tls_certificate = "/run/syslog.pem"
            tls_key = "/run/syslog.key"

            """

        @Test
        func socketIsAddedToARunningDaemon() throws {
            let certificates = try Certificates.shared.get()
            try InstalledHost.shared.get().use { installed in
                defer { try? installed.systemctl("disable", "--now", "sockserved-syslog-tls.socket") }
                let host = installed.host
                try installed.systemctl("start", "sockserved")
                #expect(try !hasOpenSSL(installed))
                for (name, path) in [("pem", certificates.certificate("server")), ("key", certificates.key("server"))] {
                    try host.write(String(contentsOfFile: path, encoding: .utf8), to: "/run/syslog.\(name)")
                }
                try host.write(Self.configuration, to: "/etc/sockserved/test.toml")
                try installed.setFlags("--config /etc/sockserved/test.toml")
                try installed.systemctl("enable", "sockserved-syslog-tls.socket")
                let journal = installed.journal()
                try installed.systemctl("restart", "sockserved")
                let client = "echo '<13>over TLS' | openssl s_client -connect 127.0.0.1:6514 -quiet -no_ign_eof"
                _ = try host.run("sh", "-c", client)
                #expect(try journal.has("MESSAGE=over TLS"), "\(installed.status)")
                #expect(try hasOpenSSL(installed))
            }
        }

        private func hasOpenSSL(_ installed: InstalledHost) throws -> Bool {
            let process = try installed.property("MainPID")
            return try installed.host.succeed("cat", "/proc/\(process)/maps").output.contains("/libssl.so.")
        }
    }
}
