/// Where a listener listens.
package enum ListenAddress: Sendable, Hashable {
    /// An IPv4 or IPv6 address in text form without brackets; port 0 lets the kernel choose.
    case tcp(host: String, port: UInt16)
    case udp(host: String, port: UInt16)
    case unix(path: String)
    case unixDatagram(path: String)
}
