import LogRecords

/// A field that a template may name.
enum TemplateField: Equatable {
    /// A name of Python's `logging`, or a value that is not a field of the record.
    case own(Own)
    case field(FieldKey)

    enum Own: String, CaseIterable {
        case asctime, created, msecs, levelname, levelno, message, name, process, filename, module
        case time, severity, level, event, facility, timestamp
        case peer, listener, `protocol`, connection
        case program, host
        case peerAddress = "peer_address"
        case proxy
        case extra
        case structuredData = "structured_data"
        case tlsVersion = "tls_version"
        case tlsSubject = "tls_subject"
        /// The first of the names.
        case tlsName = "tls_name"
        case tlsNames = "tls_names"
        case tlsFingerprint = "tls_fingerprint"
    }

    /// The parts of a record that its value is made of; see `TemplateFieldWriter`.
    var selection: FieldSelection {
        switch self {
        case .field(.levelName): [.key(.levelName), .unnumberedLevelName]
        case .field(let key): .key(key)
        case .own(let name): name.selection
        }
    }

    /// The type of the value for Python's `%`.
    enum Kind {
        case text, integer, float
    }

    /// Python's names of fields whose JSON keys differ.
    private static let aliases: [(name: String, key: FieldKey)] = [
        ("pathname", .file), ("lineno", .line), ("funcName", .function), ("processName", .processName),
        ("threadName", .threadName),
    ]

    /// Parses a name in a template; nil for an unknown name.
    init?(_ text: String) {
        if let own = Own(rawValue: text) {
            self = .own(own)
        } else if let alias = Self.aliases.first(where: { $0.name == text }) {
            self = .field(alias.key)
        } else if let key = FieldKey.allCases.first(where: { $0.json.description == text }) {
            self = .field(key)
        } else {
            return nil
        }
    }

    static let all: [String] =
        Own.allCases.map(\.rawValue) + aliases.map(\.name)
        + FieldKey.allCases.map(\.json.description).filter { Own(rawValue: $0) == nil }

    var kind: Kind {
        switch self {
        case .own(.created), .own(.msecs): .float
        case .own(.levelno), .own(.process), .own(.severity), .own(.facility): .integer
        case .own: .text
        case .field(let key): key.isInteger ? .integer : .text
        }
    }
}

extension TemplateField.Own {
    fileprivate var selection: FieldSelection {
        switch self {
        case .asctime, .created, .msecs, .time, .severity, .level, .event, .facility, .peer, .listener, .protocol,
            .connection, .peerAddress, .proxy, .tlsVersion, .tlsSubject, .tlsName, .tlsNames, .tlsFingerprint:
            []
        // The sender's own name counts beside its number only.
        case .levelname: [.key(.levelNumber), .key(.levelName)]
        case .levelno: .key(.levelNumber)
        case .message: .message
        case .name: .key(.logger)
        case .process: .key(.procid)
        case .filename, .module: .key(.file)
        case .timestamp: [.key(.timestampText), .claimedTime]
        case .program: .program
        case .host: .host
        // The further values of a known key are in it, too.
        case .extra: .all
        case .structuredData: .structuredData
        }
    }
}

extension FieldSelection {
    /// What a text log shows with the message.
    static let message: FieldSelection = [.key(.exceptionText), .key(.stackInfo)]
    /// What `LogRecord.program` is made of.
    static let program: FieldSelection = [.key(.appName), .key(.logger)]
    /// What `LogRecord.host` is made of.
    static let host = FieldSelection.key(.hostname)
}

extension FieldKey {
    fileprivate var isInteger: Bool {
        switch self {
        case .bytesReceived, .bytesSent, .bytesUnread, .duration, .errno, .dropped, .heldBack, .originalLength,
            .levelNumber, .line,
            .claimedSeverity, .claimedFacility, .messagesReceived, .messagesRecorded, .messagesMalformed,
            .messagesLeftOut, .messagesDropped, .messagesCommitted, .messagesWaiting, .messagesRejected, .messagesCut,
            .messagesReturned:
            true
        case .data, .end, .fault, .raw, .appName, .procid, .hostname, .msgid, .timestampText, .logger, .levelName,
            .file,
            .function, .processName, .threadName, .exceptionText, .stackInfo, .malformedReasons, .droppedReasons:
            false
        }
    }
}
