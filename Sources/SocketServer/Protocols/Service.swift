package import LogFormats

/// The service of a listener: an exchange of data, or an intake of log messages.
package enum Service: Sendable {
    /// Data that may be replied to.
    case exchange(any ExchangeProtocol)
    /// Log messages of one format, each of which becomes a record.
    ///
    /// Nothing is written to clients: stock log handlers do not read.
    case intake(LogFormat)
    /// Log messages, each of which is answered when its record is settled.
    case acknowledged(AcknowledgedProtocol)
    /// The metrics of the daemon, by HTTP. Its connections make no records.
    case metrics

    /// The name in flags, configuration files and records.
    package var name: String {
        switch self {
        case .exchange(let exchange): exchange.name
        case .intake(let format): format.rawValue
        case .acknowledged(let acknowledged): acknowledged.rawValue
        case .metrics: "metrics"
        }
    }

    /// The format of the messages that clients send; nil where what they send is data.
    package var format: LogFormat? {
        switch self {
        case .exchange, .metrics: nil
        case .intake(let format): format
        case .acknowledged(let acknowledged): acknowledged.format
        }
    }

    /// Whether the orderly end of a stream means to the client that all is recorded; then every other end is a reset.
    package var endConfirms: Bool {
        switch self {
        case .exchange(let exchange): exchange.endConfirms
        case .intake: true
        case .acknowledged, .metrics: false
        }
    }

    /// Whether it serves the metrics.
    package var isMetrics: Bool {
        if case .metrics = self { true } else { false }
    }

    /// Whether the daemon writes to clients.
    package var replies: Bool {
        if case .intake = self { false } else { true }
    }

    /// Whether messages are answered one by one.
    package var acknowledges: Bool {
        if case .acknowledged = self { true } else { false }
    }

    /// Whether it needs a stream; the others are served on datagram sockets, too.
    package var needsStream: Bool { acknowledges || isMetrics }

    /// The protocol that replies to data; nil where clients send messages.
    package var exchange: (any ExchangeProtocol)? {
        switch self {
        case .exchange(let exchange): exchange
        case .intake, .acknowledged, .metrics: nil
        }
    }
}
