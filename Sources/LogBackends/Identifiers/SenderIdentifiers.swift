/// The configured formats of senders' identifiers.
public struct SenderIdentifiers: Sendable, Equatable {
    /// The format for listeners without one of their own.
    public var standard: IdentifierFormat
    /// The formats of single listeners, by name.
    public var listeners: [String: IdentifierFormat]

    /// Makes a set of formats.
    public init(standard: IdentifierFormat = .auto, listeners: [String: IdentifierFormat] = [:]) {
        self.standard = standard
        self.listeners = listeners
    }
}
