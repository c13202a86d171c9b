package import LogBackends
package import LogRecords
package import SocketServer

/// Everything the daemon is told at startup, checked and complete.
package struct Configuration: Sendable, Equatable {
    /// Listeners with an address are opened; those without say what a socket passed in under their name speaks.
    package var listeners: [ListenerConfiguration] = []
    package var logBackend = BackendChoice.auto
    package var logLevel = Severity.debug
    package var logFile = "server.log"
    package var logFormat = LineFormat.standard
    package var logSync = FileSync.none
    package var syslogFacility = Facility.daemon
    /// How many bytes of encoded records may wait for the backend before clients are no longer read.
    package var queueSize = 16 * 1024 * 1024
    /// How long connections may take to finish after SIGTERM.
    package var drainTimeout = Duration.seconds(5)
    /// After how long without connections a socket-activated daemon exits; nil: never.
    package var exitIdleTime: Duration?
    /// Event loops; nil: as many as there are processors, at most 4.
    package var threads: Int?
    /// What listeners that say nothing else may take.
    package var limits = ListenerLimits()

    package init() {}
}
