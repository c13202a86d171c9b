package import TLS

/// The TLS of one listener, as configured.
package struct TLSConfiguration: Sendable, Equatable {
    package var isOn = false
    package var certificate: String?
    package var key: String?
    package var clientCA: String?
    package var clients = TLSOptions.ClientMode.none
    package var allowedClients: [AllowedClient] = []
    package var namesHosts = false

    package init() {}

    /// Finds the files.
    ///
    /// - Parameter credentials: the directory of files that are given without a slash: `$CREDENTIALS_DIRECTORY`, which
    ///   systemd sets where the service has credentials (systemd.exec(5)).
    /// - Returns: the paths, and what is asked of clients; nil without TLS.
    /// - Throws: the file that is missing.
    package func options(credentials: String?) throws(TLSError) -> TLSOptions? {
        guard isOn, let certificate, let key else { return nil }
        var options = TLSOptions(
            certificate: try Self.path(certificate, credentials),
            key: try Self.path(key, credentials)
        )
        if let clientCA { options.clientCA = try Self.path(clientCA, credentials) }
        options.clients = clients
        options.allowedClients = allowedClients
        options.namesHosts = namesHosts
        return options
    }

    private static func path(_ name: String, _ credentials: String?) throws(TLSError) -> String {
        guard !name.utf8.contains(UInt8(ascii: "/")) else { return name }
        guard let credentials else {
            let advice = "write a path with a slash, or LoadCredential=\(name):PATH in the service unit"
            throw TLSError("cannot find", name, "the service has no credentials", advice: advice)
        }
        return "\(credentials)/\(name)"
    }
}
