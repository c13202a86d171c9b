import LogRecords

/// The attributes of every record of Python's `logging`; see "LogRecord attributes" in Python's documentation.
enum PythonAttribute: UInt8, CaseIterable {
    case name, msg, args, levelname, levelno, pathname, filename, module, excInfo, excText, stackInfo, lineno, funcName,
        created, msecs, relativeCreated, thread, threadName, processName, process, taskName

    /// A name of 3 to 16 bytes as numbers, to be compared in one step.
    struct Words: Equatable, Sendable {
        let count: Int
        /// The first and the last eight bytes, or four, or three; they may overlap.
        let first: UInt64
        let last: UInt64

        @inline(__always)
        init?(_ name: Span<UInt8>) {
            let bytes = name.bytes
            count = name.count
            // Each load is within `count` bytes; any bytes are an integer.
            switch count {
            case 8...16:
                first = bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
                last = bytes.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            case 4..<8:
                first = UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
                last = UInt64(bytes.unsafeLoadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            case 3:
                first = UInt64(name[0]) | UInt64(name[1]) << 8 | UInt64(name[2]) << 16
                last = 0
            default:
                return nil
            }
        }
    }

    /// All names, by raw value.
    static let names = allCases.map { attribute in
        // The pointer does not leave the call.
        attribute.text.withUTF8Buffer { Words($0.span) }
    }

    /// Finds the attribute of that name: the length and a byte or two leave one candidate.
    ///
    /// - Parameters:
    ///   - name: the name in the pickle.
    ///   - names: `Self.names`, fetched once for many lookups.
    @inline(__always)
    init?(_ name: Span<UInt8>, among names: Span<Words?>) {
        let candidate: Self
        switch name.count {
        case 3: candidate = .msg
        case 4: candidate = name[0] == UInt8(ascii: "n") ? .name : .args
        case 5: candidate = .msecs
        case 6:
            switch name[0] {
            case UInt8(ascii: "m"): candidate = .module
            case UInt8(ascii: "l"): candidate = .lineno
            default: candidate = .thread
            }
        case 7:
            switch name[0] {
            case UInt8(ascii: "l"): candidate = .levelno
            case UInt8(ascii: "c"): candidate = .created
            default: candidate = .process
            }
        case 8:
            switch (name[0], name[4]) {
            case (UInt8(ascii: "p"), _): candidate = .pathname
            case (UInt8(ascii: "t"), _): candidate = .taskName
            case (UInt8(ascii: "f"), UInt8(ascii: "n")): candidate = .filename
            case (UInt8(ascii: "f"), _): candidate = .funcName
            case (_, UInt8(ascii: "i")): candidate = .excInfo
            default: candidate = .excText
            }
        case 9: candidate = .levelname
        case 10: candidate = name[0] == UInt8(ascii: "s") ? .stackInfo : .threadName
        case 11: candidate = .processName
        case 15: candidate = .relativeCreated
        default: return nil
        }
        guard let words = Words(name), words == names[Int(candidate.rawValue)] else { return nil }
        self = candidate
    }

    var text: StaticString {
        switch self {
        case .name: "name"
        case .msg: "msg"
        case .args: "args"
        case .levelname: "levelname"
        case .levelno: "levelno"
        case .pathname: "pathname"
        case .filename: "filename"
        case .module: "module"
        case .excInfo: "exc_info"
        case .excText: "exc_text"
        case .stackInfo: "stack_info"
        case .lineno: "lineno"
        case .funcName: "funcName"
        case .created: "created"
        case .msecs: "msecs"
        case .relativeCreated: "relativeCreated"
        case .thread: "thread"
        case .threadName: "threadName"
        case .processName: "processName"
        case .process: "process"
        case .taskName: "taskName"
        }
    }
}
