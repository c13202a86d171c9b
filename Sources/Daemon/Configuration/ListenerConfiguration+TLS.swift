import TLS

extension ListenerConfiguration {
    static let tlsKey = "tls"
    static let certificateKey = "tls_certificate"
    static let privateKeyKey = "tls_key"
    static let clientCAKey = "tls_client_ca"
    static let clientKey = "tls_client"
    static let allowedClientsKey = "tls_allowed_clients"
    static let clientHostKey = "tls_client_host"

    /// The rows of TLS.
    static let tlsSettings: [Setting<ListenerConfiguration>] = [
        .flag(tlsKey, \.tls.isOn, .onRestart),
        Setting(certificateKey, optional: \.tls.certificate, .onRestart, parse: SettingParser.fileName, text: \.self),
        Setting(privateKeyKey, optional: \.tls.key, .onRestart, parse: SettingParser.fileName, text: \.self),
        Setting(clientCAKey, optional: \.tls.clientCA, .onRestart, parse: SettingParser.fileName, text: \.self),
        Setting(
            clientKey,
            \.tls.clients,
            .onRestart,
            parse: SettingParser.clientMode,
            text: \.rawValue,
            isGiven: { $0.tls.clients != .none }
        ),
        Setting(
            allowedClientsKey,
            \.tls.allowedClients,
            forms: .list,
            .onRestart,
            parse: SettingParser.allowedClients,
            text: { $0.map(\.description).joined(separator: ",") },
            isGiven: { !$0.tls.allowedClients.isEmpty }
        ),
        .flag(clientHostKey, \.tls.namesHosts, .onRestart),
    ]

    /// The keys of TLS.
    static let tlsKeys = tlsSettings.map(\.key)
}
