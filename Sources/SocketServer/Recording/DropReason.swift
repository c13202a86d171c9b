/// Why datagrams were lost, each of which would have been a message; numbered from 0.
package enum DropReason: UInt8, CaseIterable, Sendable {
    /// The kernel's receive buffer was full.
    case buffer
    /// Their source sent more than it may.
    case rate
}

extension DropReason: CustomStringConvertible {
    /// The name in records.
    package var description: String {
        switch self {
        case .buffer: "buffer"
        case .rate: "rate"
        }
    }
}
