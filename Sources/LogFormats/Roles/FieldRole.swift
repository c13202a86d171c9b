import LogRecords

/// The role of a member of a log record in JSON, by its name.
enum FieldRole: UInt8, CaseIterable {
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
    /// The severity's name where other things have the same name: nothing else counts.
    case levelText
    /// OpenTelemetry's number of the severity, and MySQL's.
    case openTelemetryLevel
    case mySQLLevel
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
    /// MongoDB's short names, which count only where its time does.
    case mongoTime
    case mongoLevel
    case mongoLogger
    case mongoThread
    /// Rust's `tracing` calls the logger so, beside a message in `fields`.
    case tracingTarget

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
        case .mongoLogger, .tracingTarget: .logger
        case .mongoThread: .threadName
        default: nil
        }
    }

    /// The field that any text of that meaning goes to; nil where not all is taken.
    var plainTextField: FieldKey? {
        switch self {
        case .appName, .procid, .hostname, .msgid, .logger, .function, .processName, .threadName: textField
        case .file: .file
        default: nil
        }
    }

    /// The names of members, those first that are taken rather than others when a record has several.
    ///
    /// A dot stands for a member of an object, or for itself: both are usual. Names are compared without case and
    /// without `_`, `-`, `.` and `@`: `hostName`, `host_name` and `host.name` are one; but not those of `exactNames`. The
    /// names are those of (besides sockserved's own output): Python's `logging` and python-json-logger, structlog, loguru;
    /// zap, zerolog, logrus, slog and hclog of Go; pino, bunyan and winston of JavaScript; Serilog and its CLEF,
    /// JsonConsole of .NET; Log4j, Logback, Quarkus and java.util.logging of Java; Monolog of PHP; tracing of Rust;
    /// Elastic Common Schema; OpenTelemetry; Google Cloud Logging; MongoDB, MySQL, PostgreSQL; Docker's json-file; GELF
    /// with its additional fields; `journalctl -o json`.
    static let names: [(FieldRole, [StaticString])] = [
        (
            .message,
            [
                "RenderedMessage", "formattedMessage", "message", "msg", "event", "@message", "short_message", "body",
                "@m",
                "fields.message", "record.message", "textPayload", "jsonPayload.message", "MessageTemplate", "@mt",
            ]
        ),
        (.journalMessage, ["MESSAGE"]),
        (.outputLine, ["log", "text"]),
        (
            .level,
            [
                "level", "log.level", "severity", "PRIORITY", "@l", "lvl", "severityText", "error_severity",
                "jsonPayload.level",
            ]
        ),
        (.levelName, ["levelname", "record.level.name"]),
        (.levelNumber, ["levelno", "record.level.no", "LEVEL_NUMBER"]),
        (.levelText, ["label", "priority"]),
        (.openTelemetryLevel, ["severityNumber"]),
        (.mySQLLevel, ["prio"]),
        (.facility, ["facility", "SYSLOG_FACILITY"]),
        (
            .time,
            [
                "@timestamp", "timestamp", "time", "ts", "@t", "datetime", "created", "asctime", "date", "eventTime",
                "timeMillis", "timeUnixNano", "observedTimeUnixNano", "__REALTIME_TIMESTAMP", "record.time.timestamp",
                "record.time.repr",
            ]
        ),
        (.seconds, ["timestamp.seconds", "time.seconds", "timestampSeconds", "instant.epochSecond"]),
        (.nanoseconds, ["timestamp.nanos", "time.nanos", "timestampNanos", "instant.nanoOfSecond"]),
        (
            .appName,
            [
                "app_name", "SYSLOG_IDENTIFIER", "app", "application", "application_name", "program", "service.name",
                "service",
            ]
        ),
        (
            .procid,
            ["procid", "SYSLOG_PID", "pid", "process.pid", "process_id", "process", "record.process.id"]
        ),
        (.hostname, ["hostname", "host.name", "host.hostname", "host"]),
        (.msgid, ["msgid"]),
        (
            .logger,
            [
                "logger", "logger_name", "log.logger", "name", "record.name", "@module", "Category", "channel",
            ]
        ),
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
                "funcName", "function", "func", "source.function", "log.origin.function", "src.func",
                "CODE_FUNC",
                "record.function", "logging.googleapis.com/sourceLocation.function", "sourceLocation.function",
            ]
        ),
        (.processName, ["processName", "process.name", "record.process.name"]),
        (
            .threadName,
            ["threadName", "process.thread.name", "thread", "record.thread.name"]
        ),
        (
            .exception,
            [
                "exc_text", "exc_info", "exception", "error.stack_trace", "stacktrace", "traceback", "err.stack",
                "error.stack", "@x", "stack", "EXCEPTION_TEXT", "thrown.extendedStackTrace", "thrown.stackTrace",
                "exception.stacktrace", "exception.stackTrace",
            ]
        ),
        (.stack, ["stack_info"]),
        (.mongoTime, ["t"]),
        (.mongoLevel, ["s"]),
        (.mongoLogger, ["c"]),
        (.mongoThread, ["ctx"]),
        (.tracingTarget, ["target"]),
    ]

    /// Names that count only as they are written here: in another spelling they are usual for something else.
    static let exactNames: [StaticString] = [
        "PRIORITY", "MESSAGE", "Category", "@module", "@m", "@mt", "@l", "@t", "@x", "t", "s", "c", "ctx",
    ]

    /// The objects whose members have meanings.
    static let objects: [StaticString] = [
        "log", "log.origin", "log.origin.file", "process", "process.thread", "host", "service", "error", "err", "src",
        "source", "timestamp", "time", "instant", "logging.googleapis.com/sourceLocation", "sourceLocation",
        "jsonPayload", "record", "record.level", "record.time", "record.process", "record.thread", "record.file",
        "fields", "thrown", "exception",
    ]
}
