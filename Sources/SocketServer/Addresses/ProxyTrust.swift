package import LogRecords

/// The proxies whose PROXY headers a listener believes.
package struct ProxyTrust: Sendable, Equatable {
    /// Whether clients of Unix sockets are trusted.
    package let trustsUnix: Bool
    package let prefixes: [AddressPrefix]

    /// Makes a list.
    package init(trustsUnix: Bool, prefixes: [AddressPrefix]) {
        self.trustsUnix = trustsUnix
        self.prefixes = prefixes
    }

    /// Whether the peer of a connection is one of the proxies.
    package func contains(_ peer: Peer) -> Bool {
        switch peer {
        case .internet(let address, _): prefixes.contains { $0.contains(address) }
        case .unix, .unixPath: trustsUnix
        }
    }
}
