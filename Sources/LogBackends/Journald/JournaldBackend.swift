public import Linux
public import LogRecords
import Systemd

/// Writes records to journald, each as one structured entry, in its native protocol.
///
/// An entry is committed when journald's socket has accepted it; systemd holds the socket, so that the entry survives a
/// restart of journald. Delivery is at least once: entries are committed only when the socket that they were sent to is
/// still journald's after them. Otherwise they are written again, and some may be in the journal twice. A write waits
/// while journald's queue is full.
public struct JournaldBackend: LogBackend {
    private let identifier: String
    private let senders: SenderIdentifiers
    private let fieldNames: JournalFieldNames
    private let facility: Facility

    /// `journald` and the path of its socket.
    public let summary = "journald \(Journal.socketPath)"

    /// Describes the host's journal.
    ///
    /// - Parameters:
    ///   - identifier: `SYSLOG_IDENTIFIER` of the daemon's own entries.
    ///   - senders: the identifiers of senders' messages.
    ///   - facility: `SYSLOG_FACILITY` of entries whose sender gives none.
    ///   - fieldPrefix: the prefix of the program's own fields, such as `APP_`: at most 40 upper-case letters, digits
    ///     and underscores, a letter first.
    public init(
        identifier: String,
        senders: SenderIdentifiers = SenderIdentifiers(),
        facility: Facility,
        fieldPrefix: String
    ) {
        self.identifier = identifier
        self.senders = senders
        fieldNames = JournalFieldNames(prefix: fieldPrefix)
        self.facility = facility
    }

    /// Makes an encoder of journal entries.
    public func makeEncoder() -> any LogEncoder {
        JournalEntry(
            identifier: Identifier(own: identifier, senders: senders),
            facility: facility,
            fieldNames: fieldNames
        )
    }

    /// Checks that journald's socket accepts connections.
    ///
    /// - Throws: the error of connect(2), with advice.
    public func open() throws(SystemError) -> sending any LogOutput {
        do throws(Errno) {
            try Journal.probe()
        } catch {
            throw SystemError(
                "cannot connect to",
                Journal.socketPath,
                error,
                advice: "is systemd-journald running? otherwise choose another log backend"
            )
        }
        return JournalOutput(path: Journal.socketPath)
    }
}
