/// A record's field of known meaning, and its name in each form in which backends write it.
public enum FieldKey: UInt8, Sendable, CaseIterable {
    // MARK: what we know

    /// The exact bytes that were received or sent.
    case data
    /// Bytes received over the life of a connection.
    case bytesReceived
    /// Bytes sent over the life of a connection.
    case bytesSent
    /// Bytes that had come when a connection ended, and were not read.
    case bytesUnread
    /// How a connection ended that was closed, where that was not in the orderly way.
    case end
    /// How long a connection lived, in microseconds.
    case duration
    /// The number of the system error; see errno(3).
    case errno
    /// How many datagrams the kernel dropped.
    case dropped
    /// How many records of the same kind were not made, so as not to flood the log.
    case heldBack
    /// Why a sender's message was recorded in part or by a guess.
    case fault
    /// The size of a sender's message that was cut, in bytes.
    case originalLength
    /// The sender's message as received, where the record's fields do not have all of it or had to be guessed.
    case raw
    /// The severity that the sender claims (RFC 5424, section 6.2.1), where the record has another one.
    case claimedSeverity
    /// The facility that the sender claims, where the record has another one.
    case claimedFacility

    // MARK: what the sender claims

    /// The sender's program.
    case appName
    /// The sender's process id, as text.
    case procid
    /// The sender's host.
    case hostname
    /// The kind of message (RFC 5424, section 6.2.7).
    case msgid
    /// The time as the sender wrote it; the record's `claimedTime` has its value.
    case timestampText
    /// The name of the sender's logger.
    case logger
    /// The sender's name for the severity.
    case levelName
    /// The number that the sender's logging library gives the severity.
    case levelNumber
    /// The source file that logged the message.
    case file
    /// The line in that file.
    case line
    /// The function there.
    case function
    /// The name of the sender's process.
    case processName
    /// The name of the sender's thread.
    case threadName
    /// The text of an exception, with its traceback.
    case exceptionText
    /// The text of the stack where the message was logged.
    case stackInfo

    // MARK: what became of messages

    /// Messages that came.
    case messagesReceived
    /// Those of them that became records.
    case messagesRecorded
    /// Those of them that could not be read.
    case messagesMalformed
    /// How many of these for which reason.
    case malformedReasons
    /// Those of them that were not urgent enough.
    case messagesLeftOut
    /// Those of them that were lost before they were read.
    case messagesDropped
    /// How many of these for which reason.
    case droppedReasons
    /// Of the recorded ones, those that the log has taken.
    case messagesCommitted
    /// Of the recorded ones, those that wait for the log.
    case messagesWaiting
    /// Of the recorded ones, those that the log will never take.
    case messagesRejected
    /// Of the recorded ones, those that were cut.
    case messagesCut
    /// Of the recorded ones, those that are records of the program itself.
    case messagesReturned

    /// The key in JSON output: lower-case letters, digits and underscores.
    public var json: StaticString {
        switch self {
        case .data: "data"
        case .bytesReceived: "bytes_received"
        case .bytesSent: "bytes_sent"
        case .bytesUnread: "bytes_unread"
        case .end: "end"
        case .duration: "duration_usec"
        case .errno: "errno"
        case .dropped: "dropped"
        case .heldBack: "held_back"
        case .fault: "fault"
        case .originalLength: "original_length"
        case .raw: "raw"
        case .claimedSeverity: "claimed_severity"
        case .claimedFacility: "claimed_facility"
        case .appName: "app_name"
        case .procid: "procid"
        case .hostname: "hostname"
        case .msgid: "msgid"
        case .timestampText: "timestamp_text"
        case .logger: "logger"
        case .levelName: "level_name"
        case .levelNumber: "levelno"
        case .file: "file"
        case .line: "line"
        case .function: "function"
        case .processName: "process_name"
        case .threadName: "thread_name"
        case .exceptionText: "exc_text"
        case .stackInfo: "stack_info"
        case .messagesReceived: "messages_received"
        case .messagesRecorded: "messages_recorded"
        case .messagesMalformed: "messages_malformed"
        case .malformedReasons: "malformed_reasons"
        case .messagesLeftOut: "messages_left_out"
        case .messagesDropped: "messages_dropped"
        case .droppedReasons: "dropped_reasons"
        case .messagesCommitted: "messages_committed"
        case .messagesWaiting: "messages_waiting"
        case .messagesRejected: "messages_rejected"
        case .messagesCut: "messages_cut"
        case .messagesReturned: "messages_returned"
        }
    }

    /// The journal field: upper case, digits and underscores; see systemd.journal-fields(7).
    ///
    /// - Parameter prefix: the beginning of the names of fields that have no name in common use, such as `APP_`.
    /// - Returns: the name, without an equals sign.
    public func journal(prefix: String) -> String {
        switch journalName {
        case .common(let name): name.description
        case .own(let name): prefix + name.description
        }
    }

    private enum JournalName {
        /// A name in common use.
        case common(StaticString)
        /// A name that follows the program's prefix.
        case own(StaticString)
    }

    private var journalName: JournalName {
        switch self {
        case .data: .own("DATA")
        case .bytesReceived: .own("BYTES_RECEIVED")
        case .bytesSent: .own("BYTES_SENT")
        case .bytesUnread: .own("BYTES_UNREAD")
        case .end: .own("END")
        case .duration: .own("DURATION_USEC")
        case .errno: .common("ERRNO")
        case .dropped: .own("DROPPED")
        case .heldBack: .own("HELD_BACK")
        case .fault: .own("FAULT")
        case .originalLength: .own("ORIGINAL_LENGTH")
        case .raw: .common("SYSLOG_RAW")
        case .claimedSeverity: .own("CLAIMED_SEVERITY")
        case .claimedFacility: .own("CLAIMED_FACILITY")
        case .appName: .own("PROGRAM")
        case .procid: .common("SYSLOG_PID")
        case .hostname: .common("SYSLOG_HOSTNAME")
        case .msgid: .common("SYSLOG_MSGID")
        case .timestampText: .common("SYSLOG_TIMESTAMP")
        case .logger: .common("LOGGER")
        case .levelName: .common("LEVEL_NAME")
        case .levelNumber: .common("LEVEL_NUMBER")
        case .file: .common("CODE_FILE")
        case .line: .common("CODE_LINE")
        case .function: .common("CODE_FUNC")
        case .processName: .common("PROCESS_NAME")
        case .threadName: .common("THREAD_NAME")
        case .exceptionText: .common("EXCEPTION_TEXT")
        case .stackInfo: .common("STACK_INFO")
        case .messagesReceived: .own("MESSAGES_RECEIVED")
        case .messagesRecorded: .own("MESSAGES_RECORDED")
        case .messagesMalformed: .own("MESSAGES_MALFORMED")
        case .malformedReasons: .own("MALFORMED_REASONS")
        case .messagesLeftOut: .own("MESSAGES_LEFT_OUT")
        case .messagesDropped: .own("MESSAGES_DROPPED")
        case .droppedReasons: .own("DROPPED_REASONS")
        case .messagesCommitted: .own("MESSAGES_COMMITTED")
        case .messagesWaiting: .own("MESSAGES_WAITING")
        case .messagesRejected: .own("MESSAGES_REJECTED")
        case .messagesCut: .own("MESSAGES_CUT")
        case .messagesReturned: .own("MESSAGES_RETURNED")
        }
    }
}
