/// The limits of a listener's connections.
package struct ListenerLimits: Sendable, Equatable {
    /// How long a connection may send nothing before it is closed; nil: without a limit.
    package var idleTimeout: Duration?
    /// How many connections may be open at once; further ones wait in the kernel's backlog.
    package var maxConnections: Int
    /// How many bytes of one log message are kept.
    package var messageLimit: Int

    package init(idleTimeout: Duration? = .seconds(60), maxConnections: Int = 10_000, messageLimit: Int = 1 << 20) {
        self.idleTimeout = idleTimeout
        self.maxConnections = maxConnections
        self.messageLimit = messageLimit
    }
}
