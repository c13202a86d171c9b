import LogFormats

/// The protocols that a listener can serve.
package enum ProtocolRegistry {
    package static let all: [Service] =
        [HelloProtocol(), EchoProtocol(), DiscardProtocol()].map(Service.exchange)
        + LogFormat.allCases.map(Service.intake) + AcknowledgedProtocol.allCases.map(Service.acknowledged)
        + [.metrics]

    package static var names: [String] { all.map(\.name) }

    package static func named(_ name: String) -> Service? {
        all.first { $0.name == name }
    }
}
