package import LogBackends
package import SocketServer

/// One listener as configured.
package struct ListenerConfiguration: Sendable, Equatable {
    package var name: String
    package var protocolName: String
    package var address: ListenAddress?
    package var limits: ListenerLimits
    /// The treatment of the facility and the severity that senders claim.
    package var policy = RecordPolicy()
    /// The identifier in front of senders' messages; nil: the one of the configuration.
    package var identifier: IdentifierFormat?
    /// The permissions of a Unix socket that the daemon opens; nil: the default of `SocketFileAccess`.
    package var mode: UInt32?
    package var group: UserGroup?
    package var tls = TLSConfiguration()
    /// Whether each connection begins with a PROXY header.
    package var hasProxyHeader = false
    /// The proxies that may connect then.
    package var trustedProxies: ProxyTrust?
    /// Whether the name was generated, for a `--listen`: no passed-in socket matches it.
    package var hasGeneratedName = false

    package init(name: String, protocolName: String, address: ListenAddress?, limits: ListenerLimits) {
        self.name = name
        self.protocolName = protocolName
        self.address = address
        self.limits = limits
    }

    /// The listener without a configuration and without passed-in sockets: `hello@tcp:127.0.0.1:12345`.
    package static func standard(name: String = "hello", limits: ListenerLimits) -> ListenerConfiguration {
        let address = ListenAddress.tcp(host: "127.0.0.1", port: 12345)
        return ListenerConfiguration(name: name, protocolName: "hello", address: address, limits: limits)
    }

    /// The name itself, or with the suffix `-2`, `-3` and so on that makes it unique.
    static func freeName(like name: String, isTaken: (String) -> Bool) -> String {
        var candidate = name
        var number = 1
        while isTaken(candidate) {
            number += 1
            candidate = "\(name)-\(number)"
        }
        return candidate
    }
}
