public import Linux
public import LogRecords

/// Writes records to the host's syslog daemon as syslog(3) does (RFC 3164): `<PRI>Mmm dd HH:MM:SS name[pid]: message`.
///
/// Times are local, and those of the receipt. A sender's facility, program and process id are sent on. Control
/// characters in messages are escaped. Committed means that the socket has taken the record: what a syslog daemon has
/// not read when it dies is gone, syslog knows no acknowledgement. When the daemon is away, records are not committed
/// until it is back. A record that a datagram cannot hold (with Linux's defaults about 200 KiB) is cut and ends in
/// `...[cut, N bytes]`.
public struct SyslogBackend: LogBackend {
    /// Where syslog daemons receive; see syslog(3).
    public static let defaultPath = "/dev/log"

    private let identifier: String
    private let senders: SenderIdentifiers
    private let facility: Facility
    private let path: String
    private let writeTimeout: Duration

    /// Describes a syslog daemon.
    ///
    /// - Parameters:
    ///   - identifier: the name in front of the process id, in the daemon's own records.
    ///   - senders: that of senders' messages.
    ///   - facility: the facility of records whose sender names none.
    ///   - path: the daemon's socket, datagram or stream.
    ///   - writeTimeout: how long one write waits altogether for a daemon that does not read.
    public init(
        identifier: String,
        senders: SenderIdentifiers = SenderIdentifiers(),
        facility: Facility,
        path: String = SyslogBackend.defaultPath,
        writeTimeout: Duration = .seconds(1)
    ) {
        self.identifier = identifier
        self.facility = facility
        self.path = path
        self.writeTimeout = writeTimeout
        self.senders = senders
    }

    /// `syslog` and the socket's path.
    public var summary: String { "syslog \(path)" }

    /// Makes an encoder of lines as syslog(3) writes them.
    public func makeEncoder() -> any LogEncoder {
        SyslogEncoder(tag: SyslogTagWriter(identifier, senders), facility: facility)
    }

    /// Connects to the daemon.
    ///
    /// - Throws: when no daemon receives there.
    public func open() throws(SystemError) -> sending any LogOutput {
        try SyslogOutput(path: path, writeTimeout: writeTimeout)
    }
}
