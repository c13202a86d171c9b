package import LogFormats

/// A protocol of log messages each of which is answered when its record is committed, or rejected for good.
package enum AcknowledgedProtocol: String, Sendable, CaseIterable {
    /// RELP, version 0: syslog messages in numbered frames.
    case relp

    /// The format of the messages.
    package var format: LogFormat {
        switch self {
        case .relp: .syslog
        }
    }
}
