/// The limits of a listener's connections.
package struct ListenerLimits: Sendable, Equatable {
    /// How long a connection may send nothing before it is closed; nil: without a limit.
    package var idleTimeout: Duration?
    /// How many connections may be open at once; further ones wait in the kernel's backlog.
    package var maxConnections: Int
    /// How many bytes of one log message are kept.
    package var messageLimit: Int
    /// How many connections one source may have open; nil: as many as all together.
    package var maxConnectionsPerSource: Int?
    /// How many messages one source may send in a second; nil: without a limit.
    package var messageRate: Int?
    /// How many of them at once; nil: those of a second.
    package var messageBurst: Int?
    /// How many bytes one source may send in a second; nil: without a limit.
    package var byteRate: Int?
    /// How many of them at once; nil: those of a second.
    package var byteBurst: Int?

    /// How long a message may take from its first byte to its last; nil: without a limit.
    package var messageTimeout: Duration?

    package init(
        idleTimeout: Duration? = .seconds(60),
        maxConnections: Int = 10_000,
        messageLimit: Int = 1 << 20,
        messageTimeout: Duration? = .seconds(300)
    ) {
        self.idleTimeout = idleTimeout
        self.maxConnections = maxConnections
        self.messageLimit = messageLimit
        self.messageTimeout = messageTimeout
    }
}
