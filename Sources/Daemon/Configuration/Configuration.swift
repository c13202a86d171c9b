package import LogBackends
package import LogRecords
package import SocketServer

/// Everything the daemon is told at startup, checked and complete.
package struct Configuration: Sendable, Equatable {
    /// Listeners with an address are opened; those without say what a socket passed in under their name speaks.
    package var listeners: [ListenerConfiguration] = []
    /// The backend that is asked for; nil: the best that there is.
    package var logBackend: BackendKind?
    package var logLevel = Severity.debug
    package var logFile = "server.log"
    package var logFormat = LineFormat.standard
    package var logSync = FileSync.none
    package var syslogFacility = Facility.daemon
    /// What stands in front of senders' messages in the journal and in syslog.
    package var journalIdentifier = IdentifierFormat.auto
    /// How many bytes of encoded records may wait for the backend before clients are no longer read.
    package var queueSize = 16 * 1024 * 1024
    /// How long connections may take to finish after SIGTERM.
    package var drainTimeout = Duration.seconds(5)
    /// After how long without connections a socket-activated daemon exits; nil: never.
    package var exitIdleTime: Duration?
    /// How often there is a record of what became of all messages; nil: at the end only.
    package var statisticsInterval: Duration? = .seconds(3600)
    /// Threads that serve sockets. One serves tens of thousands of connections a second, and costs the least.
    package var threads = 1
    /// What listeners that say nothing else may take; see `limits(for:)`.
    package var limits = ListenerLimits()
    /// Whether the idle timeout in `limits` was asked for, and holds for log messages as well.
    package var isIdleTimeoutSet = false

    package init() {}

    /// The idle timeout of listeners without one of their own, log messages included once it is set.
    var idleTimeout: Duration? {
        get { limits.idleTimeout }
        set {
            limits.idleTimeout = newValue
            isIdleTimeoutSet = true
        }
    }

    /// The identifiers of all listeners' senders.
    var senderIdentifiers: SenderIdentifiers {
        var identifiers = SenderIdentifiers(standard: journalIdentifier)
        for listener in listeners { identifiers.listeners[listener.name] = listener.identifier }
        return identifiers
    }

    /// What listeners of a protocol may take that say nothing else.
    ///
    /// Unless it was asked for, there is no idle timeout for log messages: stock log handlers keep a connection for
    /// hours without a word, and lose the next messages when it is cut.
    func limits(for protocolName: String) -> ListenerLimits {
        var limits = limits
        if !isIdleTimeoutSet, ProtocolRegistry.named(protocolName)?.format != nil { limits.idleTimeout = nil }
        return limits
    }
}
