package import LogFormats

/// The service of a listener: an exchange of data, or an intake of log messages.
package enum Service: Sendable {
    /// Data that may be replied to.
    case exchange(any ExchangeProtocol)
    /// Log messages of one format, each of which becomes a record.
    ///
    /// Nothing is written to clients: stock log handlers do not read.
    case intake(LogFormat)

    /// The name in flags, configuration files and records.
    package var name: String {
        switch self {
        case .exchange(let exchange): exchange.name
        case .intake(let format): format.rawValue
        }
    }

    /// The format of the messages that clients send; nil where what they send is data.
    package var format: LogFormat? {
        switch self {
        case .exchange: nil
        case .intake(let format): format
        }
    }

    /// Whether the orderly end of a stream means to the client that all is recorded; then every other end is a reset.
    package var endConfirms: Bool {
        switch self {
        case .exchange(let exchange): exchange.endConfirms
        case .intake: true
        }
    }

    /// The protocol that replies to data; nil where clients send messages.
    package var exchange: (any ExchangeProtocol)? {
        switch self {
        case .exchange(let exchange): exchange
        case .intake: nil
        }
    }
}
