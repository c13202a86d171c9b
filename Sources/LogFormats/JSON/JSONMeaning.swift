import LogRecords

/// What a member of a log record in JSON says, as far as its name tells.
enum JSONMeaning: Int, CaseIterable {
    case message
    /// The journal's: text, or an array of bytes.
    case journalMessage
    /// A line of output: its ending is not part of the message.
    case outputLine
    /// The severity, by a name or number of any kind.
    case level
    /// The severity's name, beside a number.
    case levelName
    /// Its number in Python's `logging`.
    case levelNumber
    case facility
    case time
    /// A time in two parts.
    case seconds
    case nanoseconds
    case appName
    case procid
    case hostname
    case msgid
    case logger
    case file
    /// A file and line in one: `server/main.go:42`.
    case callSite
    case line
    case function
    case processName
    case threadName
    case exception
    case stack

    /// The field that text of that meaning goes to; nil where it is not as simple as that.
    var textField: FieldKey? {
        switch self {
        case .levelName: .levelName
        case .appName: .appName
        case .procid: .procid
        case .hostname: .hostname
        case .msgid: .msgid
        case .logger: .logger
        case .function: .function
        case .processName: .processName
        case .threadName: .threadName
        case .exception: .exceptionText
        case .stack: .stackInfo
        default: nil
        }
    }

    /// The names of members, those first that are taken rather than others when a record has several.
    ///
    /// A dot stands for a member of an object, or for itself: both are usual. The names are those of (besides
    /// sockserved's own output): Python's `logging` and python-json-logger, structlog, loguru; zap, zerolog, logrus and
    /// slog of Go; pino, bunyan and winston of JavaScript; Serilog (CLEF) of .NET; Log4j of Java; Elastic Common
    /// Schema; Google Cloud Logging; Docker's json-file; GELF; `journalctl -o json`.
    static let names: [(JSONMeaning, [StaticString])] = [
        (
            .message,
            [
                "message", "msg", "event", "@message", "short_message", "body", "@m", "@mt", "Message",
                "record.message",
                "textPayload", "jsonPayload.message",
            ]
        ),
        (.journalMessage, ["MESSAGE"]),
        (.outputLine, ["log", "text"]),
        (
            .level,
            [
                "level", "log.level", "severity", "PRIORITY", "@l", "Level", "loglevel", "log_level", "logLevel",
                "LogLevel", "lvl", "severityText", "severity_text", "jsonPayload.level",
            ]
        ),
        (.levelName, ["levelname", "level_name", "levelName", "record.level.name", "LEVEL_NAME"]),
        (.levelNumber, ["levelno", "level_no", "record.level.no", "LEVEL_NUMBER"]),
        (.facility, ["facility", "SYSLOG_FACILITY"]),
        (
            .time,
            [
                "@timestamp", "timestamp", "time", "ts", "@t", "Timestamp", "datetime", "created", "asctime", "date",
                "eventTime", "timeMillis", "__REALTIME_TIMESTAMP", "record.time.timestamp", "record.time.repr",
            ]
        ),
        (.seconds, ["timestamp.seconds", "time.seconds", "timestampSeconds", "instant.epochSecond"]),
        (.nanoseconds, ["timestamp.nanos", "time.nanos", "timestampNanos", "instant.nanoOfSecond"]),
        (
            .appName,
            [
                "app_name", "SYSLOG_IDENTIFIER", "appname", "appName", "app", "application", "program", "service.name",
                "service",
            ]
        ),
        (
            .procid,
            ["procid", "SYSLOG_PID", "pid", "process.pid", "process_id", "process", "_PID", "record.process.id"]
        ),
        (.hostname, ["hostname", "host.name", "host.hostname", "host", "_HOSTNAME"]),
        (.msgid, ["msgid"]),
        (.logger, ["logger", "logger_name", "loggerName", "log.logger", "name", "LOGGER", "record.name"]),
        (
            .file,
            [
                "pathname", "file", "source.file", "log.origin.file.name", "filename", "src.file", "CODE_FILE",
                "record.file.path", "record.file.name", "logging.googleapis.com/sourceLocation.file",
                "sourceLocation.file",
            ]
        ),
        (.callSite, ["caller", "source"]),
        (
            .line,
            [
                "lineno", "line", "source.line", "log.origin.file.line", "src.line", "CODE_LINE", "record.line",
                "logging.googleapis.com/sourceLocation.line", "sourceLocation.line",
            ]
        ),
        (
            .function,
            [
                "funcName", "func_name", "function", "func", "source.function", "log.origin.function", "src.func",
                "CODE_FUNC",
                "record.function", "logging.googleapis.com/sourceLocation.function", "sourceLocation.function",
            ]
        ),
        (.processName, ["processName", "process_name", "process.name", "PROCESS_NAME", "record.process.name"]),
        (
            .threadName,
            ["threadName", "thread_name", "process.thread.name", "thread", "THREAD_NAME", "record.thread.name"]
        ),
        (
            .exception,
            [
                "exc_text", "exc_info", "exception", "error.stack_trace", "stacktrace", "stack_trace", "traceback",
                "err.stack", "error.stack", "@x", "stack", "EXCEPTION_TEXT",
            ]
        ),
        (.stack, ["stack_info", "STACK_INFO"]),
    ]

    /// The objects whose members have meanings.
    static let objects: [StaticString] = [
        "log", "log.origin", "log.origin.file", "process", "process.thread", "host", "service", "error", "err", "src",
        "source", "timestamp", "time", "instant", "logging.googleapis.com/sourceLocation", "sourceLocation",
        "jsonPayload", "record", "record.level", "record.time", "record.process", "record.thread", "record.file",
    ]
}
