import SocketServer
import TLS

extension TLSConfiguration {
    /// Checks the settings of TLS together.
    ///
    /// - Parameters:
    ///   - address: the listener's; nil where systemd passes the socket in.
    ///   - isGiven: whether a key is given, with a valid value or not.
    /// - Returns: what is wrong, by key.
    func faults(at address: ListenAddress?, isGiven: (String) -> Bool) -> [(key: String, reason: String)] {
        typealias Listener = ListenerConfiguration
        guard isOn else {
            let reason = "is for a listener with tls = true; add that, or remove it"
            return Listener.tlsKeys.filter { $0 != Listener.tlsKey && isGiven($0) }.map { ($0, reason) }
        }
        var faults: [(key: String, reason: String)] = []
        switch address {
        case .udp, .unixDatagram: faults.append((Listener.tlsKey, "is for streams, and the address is of datagrams"))
        case .tcp, .unix, nil: break
        }
        if !isGiven(Listener.certificateKey) {
            faults.append((Listener.tlsKey, "needs tls_certificate, the file of the certificate and its chain"))
        }
        if !isGiven(Listener.privateKeyKey) {
            faults.append((Listener.tlsKey, "needs tls_key, the file of the certificate's key"))
        }
        if clients == .none, isGiven(Listener.clientCAKey) {
            let reason = "is of no use without tls_client = \"require\" or \"request\"; add one"
            faults.append((Listener.clientCAKey, reason))
        } else if clients != .none, !isGiven(Listener.clientCAKey) {
            faults.append((Listener.clientKey, "needs tls_client_ca, the file of the CA of clients"))
        }
        if !allowedClients.isEmpty, clients != .require {
            faults.append((Listener.allowedClientsKey, "needs tls_client = \"require\""))
        }
        // One without a certificate could claim the host of one with it.
        if namesHosts, clients != .require {
            faults.append((Listener.clientHostKey, "needs tls_client = \"require\""))
        }
        return faults
    }
}
