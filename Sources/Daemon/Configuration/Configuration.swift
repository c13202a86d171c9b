package import LogBackends
package import LogRecords
package import SocketServer

/// The complete, valid configuration of the daemon.
package struct Configuration: Sendable, Equatable {
    /// The listeners; one without an address configures the socket that systemd passes in under its name.
    package var listeners: [ListenerConfiguration] = []
    /// The configured backend; nil: the preferred one of the host.
    package var logBackend: BackendKind?
    package var logLevel = Severity.debug
    package var logFile = "server.log"
    package var logFormat = LineFormat.standard
    package var logSync = FileSync.none
    /// The path of the socket of systemd-journal-remote.
    package var journalRemote = JournalRemoteBackend.defaultPath
    package var syslogFacility = Facility.daemon
    /// The identifier in front of senders' messages in the journal and in syslog.
    package var journalIdentifier = IdentifierFormat.auto
    /// How much memory may be used for what waits or is not complete.
    package var memory = MemoryPlan()
    /// The time for connections to finish after SIGTERM.
    package var drainTimeout = Duration.seconds(5)
    /// The time without connections after which a socket-activated daemon exits; nil: never.
    package var exitIdleTime: Duration?
    /// The time between records of what became of all messages; nil: at the end only.
    package var statisticsInterval: Duration? = .seconds(3600)
    /// The number of threads that serve sockets; one serves tens of thousands of connections a second.
    package var threads = 1
    /// The default limits of listeners; see `limits(for:)`.
    package var limits = ListenerLimits()
    /// Whether the idle timeout in `limits` was configured; then it holds for log protocols, too.
    package var isIdleTimeoutSet = false

    package init() {}

    /// The idle timeout of listeners without one of their own; once set, for log protocols, too.
    var idleTimeout: Duration? {
        get { limits.idleTimeout }
        set {
            limits.idleTimeout = newValue
            isIdleTimeoutSet = true
        }
    }

    /// The memory of waiting records, in bytes, from which on the daemon stops reading from clients.
    package var queueSize: Int {
        get { memory.queueSize }
        set { memory.givenQueueSize = newValue }
    }

    /// The memory of all that waits or is not complete, in bytes.
    package var memoryLimit: Int {
        get { memory.limit(threads: threads, longestMessage: longestMessage) }
        set { memory.givenLimit = newValue }
    }

    /// The part of it that each thread has for what is not a waiting record, in bytes.
    package var threadMemory: Int { (memoryLimit - queueSize) / threads }

    /// The longest message that is kept whole, in bytes.
    private var longestMessage: Int { listeners.map(\.limits.messageLimit).reduce(limits.messageLimit, max) }

    /// Why the memory limit is too small; nil where it is not.
    var memoryProblem: String? {
        let least = memory.least(threads: threads, longestMessage: longestMessage)
        guard memoryLimit < least else { return nil }
        let text = ByteSize.text
        return "\"\(text(memoryLimit))\" is not enough for queue_size (\(text(queueSize))) and two messages of "
            + "message_limit (\(text(longestMessage))) on each thread; write at least \"\(text(least))\", or lower these"
    }

    /// The formats of identifiers, of all listeners.
    var senderIdentifiers: SenderIdentifiers {
        var identifiers = SenderIdentifiers(standard: journalIdentifier)
        for listener in listeners { identifiers.listeners[listener.name] = listener.identifier }
        return identifiers
    }

    /// The default limits of listeners with a protocol.
    ///
    /// Log protocols have no idle timeout unless one is configured: common log handlers keep idle connections open for
    /// hours, and lose the next messages when the connection is closed.
    func limits(for protocolName: String) -> ListenerLimits {
        var limits = limits
        if !isIdleTimeoutSet, ProtocolRegistry.named(protocolName)?.format != nil { limits.idleTimeout = nil }
        return limits
    }
}
