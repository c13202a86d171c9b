public import Linux
public import LogRecords

/// Writes records to the host's syslog daemon as syslog(3) does (RFC 3164): `<PRI>Mmm dd HH:MM:SS name[pid]: message`.
///
/// Times are the local times of receipt. The sender's facility, program and process id are kept. Control characters in
/// messages are escaped. A record is committed when the socket has accepted it. Syslog has no acknowledgement: records
/// that the syslog daemon has not read when it dies are lost. While the daemon is down, records wait. A record that is
/// too large for a datagram (about 200 KiB with Linux's defaults) is cut, and ends in `...[cut, N bytes]`.
public struct SyslogBackend: LogBackend {
    /// The socket of the host's syslog daemon; see syslog(3).
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
    ///   - senders: the names for senders' messages.
    ///   - facility: the facility of records whose sender gives none.
    ///   - path: the daemon's socket, datagram or stream.
    ///   - writeTimeout: how long one call of `LogOutput.write` waits, in all, for a syslog daemon that does not read.
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

    /// Makes an encoder of lines in the format of syslog(3).
    public func makeEncoder() -> any LogEncoder {
        SyslogEncoder(tag: SyslogTagWriter(identifier, senders), facility: facility)
    }

    /// Connects to the daemon.
    ///
    /// - Throws: the error of connect(2), with advice, when no daemon receives at the path.
    public func open() throws(SystemError) -> sending any LogOutput {
        try SyslogOutput(path: path, writeTimeout: writeTimeout)
    }
}
