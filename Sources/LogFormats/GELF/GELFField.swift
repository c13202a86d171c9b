import LogRecords

/// A member of a GELF message of known meaning.
///
/// | member | becomes | sent by |
/// |---|---|---|
/// | `version` | nothing, when it is "1.0" or "1.1" | GELF 1.1 |
/// | `host` | host name | GELF 1.1 |
/// | `short_message` | message | GELF 1.1 |
/// | `full_message` | extra `full_message`, unless it is the message; Python's traceback is the exception | GELF 1.1; graypy, pygelf |
/// | `timestamp` | time claimed | GELF 1.1 |
/// | `level` | severity; without it alert, as GELF 1.1 says | GELF 1.1 |
/// | `facility` | facility, when it is a number from 0 to 23 | GELF 1.0; in graypy the logger's name, which is kept as extra |
/// | `file`, `line` | file, line | GELF 1.0, graypy |
/// | `_file`, `_line`, `_func`, `_logger_name` | file, line, function, logger | pygelf with `debug` |
/// | `_function`, `_pid`, `_process_name`, `_thread_name` | function, process id, process and thread name | graypy |
/// | `_logger` | logger | graypy with `facility` |
/// | `level_name`, `_level_name` | level name | graypy with `level_names` |
/// | `_stack_info` | stack | graypy; pygelf with `include_extra_fields` |
/// | `_app_name`, `_application_name`, `_process_id` | program, process id | by hand, as pygelf's manual shows it |
/// | `_SYSLOG_IDENTIFIER`, `_SYSLOG_PID` | program, process id | python-systemd's names |
///
/// The first of them counts, when its type fits: a second one of the same meaning is an extra field, and so is
/// anything else, with its type and without the underscore in front. A known member that is null says what its absence
/// says: graypy and pygelf send `_stack_info` so with most records.
enum GELFField: UInt8 {
    case version
    case host
    case shortMessage
    case fullMessage
    case timestamp
    case level
    case facility
    case file
    case line
    case function
    case logger
    case levelName
    case processID
    case processName
    case threadName
    case stackInfo
    case appName

    /// - Parameter name: decoded.
    init?(_ name: Span<UInt8>) {
        func isName(_ text: StaticString) -> Bool {
            guard name.count == text.utf8CodeUnitCount else { return false }
            // Of the same size; a StaticString's storage is never freed.
            for index in name.indices where name[index] != text.utf8Start[index] { return false }
            return true
        }
        // All members that a message has pass here, so few comparisons for each.
        switch name.count {
        case 4 where isName("host"): self = .host
        case 4 where isName("file"): self = .file
        case 4 where isName("line"): self = .line
        case 4 where isName("_pid"): self = .processID
        case 5 where isName("level"): self = .level
        case 5 where isName("_file"): self = .file
        case 5 where isName("_line"): self = .line
        case 5 where isName("_func"): self = .function
        case 7 where isName("version"): self = .version
        case 7 where isName("_logger"): self = .logger
        case 8 where isName("facility"): self = .facility
        case 9 where isName("timestamp"): self = .timestamp
        case 9 where isName("_function"): self = .function
        case 9 where isName("_app_name"): self = .appName
        case 11 where isName("_SYSLOG_PID"): self = .processID
        case 18 where isName("_SYSLOG_IDENTIFIER"): self = .appName
        case 10 where isName("level_name"): self = .levelName
        case 11 where isName("_level_name"): self = .levelName
        case 11 where isName("_process_id"): self = .processID
        case 11 where isName("_stack_info"): self = .stackInfo
        case 12 where isName("full_message"): self = .fullMessage
        case 12 where isName("_logger_name"): self = .logger
        case 12 where isName("_thread_name"): self = .threadName
        case 13 where isName("short_message"): self = .shortMessage
        case 13 where isName("_process_name"): self = .processName
        case 17 where isName("_application_name"): self = .appName
        default: return nil
        }
    }

    /// What a string becomes that needs no more reading.
    var textKey: FieldKey? {
        switch self {
        case .host: .hostname
        case .file: .file
        case .function: .function
        case .logger: .logger
        case .levelName: .levelName
        case .processID: .procid
        case .processName: .processName
        case .threadName: .threadName
        case .stackInfo: .stackInfo
        case .appName: .appName
        case .version, .shortMessage, .fullMessage, .timestamp, .level, .facility, .line: nil
        }
    }
}
