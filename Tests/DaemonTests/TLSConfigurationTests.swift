import Daemon
import TLS
import TestSupport
import Testing

/// The settings of a listener with TLS.
@Suite struct TLSConfigurationTests: ConfigurationSuite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func listener(_ lines: String) -> String {
        "[[listener]]\nname = 'a'\nprotocol = 'syslog'\n\(lines)\n"
    }

    @Test func allKeysAreRead() throws {
        let hash = String(repeating: "ab", count: 32)
        let file = listener(
            """
            tls = true
            tls_certificate = "/etc/a.pem"
            tls_key = "a.key"
            tls_client_ca = "/etc/ca.pem"
            tls_client = "require"
            tls_allowed_clients = ["Web1.example.com", "*.db.example.com", "SHA256:\(hash)"]
            tls_client_host = true
            """
        )
        let configuration = try load(file)
        let tls = configuration.listeners[0].tls
        #expect(tls.allowedClients.map(\.description).prefix(2) == ["web1.example.com", "*.db.example.com"])
        #expect(tls.allowedClients.count == 3)
        var options = TLSOptions(certificate: "/etc/a.pem", key: "/run/credentials/a.key")
        options.clientCA = "/etc/ca.pem"
        options.clients = .require
        options.allowedClients = tls.allowedClients
        options.namesHosts = true
        #expect(try tls.options(credentials: "/run/credentials") == options)
        let error = #expect(throws: TLSError.self) { try tls.options(credentials: nil) }
        #expect(
            error?.description == "cannot find a.key: the service has no credentials; "
                + "write a path with a slash, or LoadCredential=a.key:PATH in the service unit"
        )
        // What the report prints means the same.
        #expect(try load(ConfigurationReport(configuration).text) == configuration)
    }

    @Test func plainListenersHaveNone() throws {
        let tls = try load(listener("tls = false")).listeners[0].tls
        #expect(tls == TLSConfiguration())
        #expect(try tls.options(credentials: nil) == nil)
    }

    @Test(arguments: [
        ("tls = true", "listener[1].tls: needs tls_certificate, the file of the certificate and its chain"),
        (
            "tls = true\ntls_certificate = '/a'",
            "listener[1].tls: needs tls_key, the file of the certificate's key"
        ),
        (
            "tls_key = '/a'",
            "listener[1].tls_key: is for a listener with tls = true; add that, or remove it"
        ),
        ("tls = 1", "listener[1].tls: must be true or false, not an integer"),
        (
            "tls_allowed_clients = [1]",
            "listener[1].tls_allowed_clients: must be an array of strings, or a string, not an array"
        ),
    ])
    func mistakesAreNamed(lines: String, problem: String) {
        #expect(problems(listener(lines)).contains(problem), "\(problems(listener(lines)))")
    }

    @Test(arguments: [
        (
            "tls_client = 'require'",
            "listener[1].tls_client: needs tls_client_ca, the file of the CA of clients"
        ),
        (
            "tls_client_ca = '/ca'",
            "listener[1].tls_client_ca: is of no use without tls_client = \"require\" or \"request\"; add one"
        ),
        (
            "tls_client_ca = '/ca'\ntls_client = 'request'\ntls_allowed_clients = 'a'",
            "listener[1].tls_allowed_clients: needs tls_client = \"require\""
        ),
        (
            "tls_client_ca = '/ca'\ntls_client = 'request'\ntls_client_host = true",
            "listener[1].tls_client_host: needs tls_client = \"require\""
        ),
        ("tls_client = 'maybe'", "listener[1].tls_client: unknown mode \"maybe\"; known: none, request, require"),
        (
            "tls_client_ca = '/ca'\ntls_client = 'require'\ntls_allowed_clients = ['a*']",
            "listener[1].tls_allowed_clients: \"a*\" is neither a name, like web1.example.com or *.example.com, "
                + "nor SHA256: and 64 hexadecimal digits"
        ),
        ("address = 'udp:127.0.0.1:1'", "listener[1].tls: is for streams, and the address is of datagrams"),
    ])
    func settingsThatDoNotFitAreNamed(lines: String, problem: String) {
        let file = listener("tls = true\ntls_certificate = '/a'\ntls_key = '/b'\n" + lines)
        #expect(problems(file) == [problem])
    }

    @Test func metricsHaveNoTLS() {
        let tls = "tls = true\ntls_certificate = '/a'\ntls_key = '/b'\n"
        let file = "[[listener]]\nname = 'a'\nprotocol = 'metrics'\n\(tls)"
        #expect(problems(file) == ["listener[1].tls: is not for metrics, which are plain HTTP; use a proxy with TLS"])
    }
}
