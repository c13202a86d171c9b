public import Linux
public import LogRecords

/// Writes records through systemd-journal-remote into a journal of their own, each under the name of its sender's host.
///
/// Records are sent as POSTs of the Journal Export Format over a Unix socket, and committed when the answer says that
/// systemd-journal-remote has appended them to its file. Delivery is at least once: after a POST without an answer its
/// records are sent again, and some may be in the journal twice. While it does not run, records wait.
public struct JournalRemoteBackend: LogBackend {
    /// The socket of the example units.
    public static let defaultPath = "/run/sockserved-journal-remote.sock"

    /// One for each start of the program: journalctl orders the entries of one boot by their monotonic times.
    private static let bootID: [UInt8] = {
        // A random UUID (RFC 9562, section 5.4), as systemd makes them.
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.flatMap { [Hexadecimal.digit($0 >> 4), Hexadecimal.digit($0 & 0xF)] }
    }()

    private let identifier: String
    private let senders: SenderIdentifiers
    private let fieldNames: JournalFieldNames
    private let facility: Facility
    private let path: String
    private let patience: Int32

    /// Describes a systemd-journal-remote.
    ///
    /// - Parameters:
    ///   - identifier: `SYSLOG_IDENTIFIER` of the daemon's own entries.
    ///   - senders: the identifiers of senders' messages; by default the program alone, as `_HOSTNAME` is the host.
    ///   - facility: `SYSLOG_FACILITY` of entries whose sender gives none.
    ///   - fieldPrefix: the prefix of the program's own fields, as for `JournaldBackend`.
    ///   - path: the socket, a stream, that it serves with `--listen-http=`.
    ///   - patience: how long one call of `LogOutput.write` waits for any progress; then the backend counts as failed
    ///     until there is some.
    public init(
        identifier: String,
        senders: SenderIdentifiers = SenderIdentifiers(),
        facility: Facility,
        fieldPrefix: String,
        path: String = JournalRemoteBackend.defaultPath,
        patience: Duration = .seconds(5)
    ) {
        self.identifier = identifier
        self.senders = senders
        self.facility = facility
        self.path = path
        fieldNames = JournalFieldNames(prefix: fieldPrefix)
        self.patience = Int32(clamping: patience.components.seconds &* 1000)
    }

    /// `journal-remote` and the socket's path.
    public var summary: String { "journal-remote \(path)" }

    /// Makes an encoder of entries in the Journal Export Format.
    public func makeEncoder() -> any LogEncoder {
        RemoteEntry(
            entry: JournalEntry(
                identifier: Identifier(own: identifier, senders: senders, namesHost: false),
                facility: facility,
                fieldNames: fieldNames
            ),
            host: SenderHost(own: SenderHost.current),
            bootID: Self.bootID
        )
    }

    /// Connects to systemd-journal-remote.
    ///
    /// - Throws: the error of connect(2), with advice.
    public func open() throws(SystemError) -> sending any LogOutput {
        try JournalRemoteOutput(path: path, patience: patience)
    }
}
