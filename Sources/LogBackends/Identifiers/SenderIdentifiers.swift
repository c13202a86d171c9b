/// The identifiers that are configured for senders.
public struct SenderIdentifiers: Sendable, Equatable {
    /// That of listeners which have none of their own.
    public var standard: IdentifierFormat
    /// Those of single listeners, by name.
    public var listeners: [String: IdentifierFormat]

    /// Makes a choice of identifiers.
    public init(standard: IdentifierFormat = .auto, listeners: [String: IdentifierFormat] = [:]) {
        self.standard = standard
        self.listeners = listeners
    }
}
