import LogRecords

/// The addresses at which the daemon itself receives datagrams.
///
/// A datagram from one of them is forged, or a reply of the daemon's own: to reply would begin a loop (CVE-2024-2169).
struct OwnAddresses {
    private var hosts: [UInt16: [String]] = [:]

    mutating func add(_ address: ListenAddress) {
        guard case .udp(let host, let port) = address else { return }
        hosts[port, default: []].append(host)
    }

    /// Whether a sender's address is one of them; where the daemon receives at all addresses of the host, any with the
    /// same port.
    func contains(_ peer: Peer?) -> Bool {
        guard case .internet(let host, let port) = peer, let own = hosts[port] else { return false }
        return own.contains { [host, "0.0.0.0", "::", "*"].contains($0) }
    }
}
