import LogRecords

/// What every record of Python's `logging` has; see "LogRecord attributes" in Python's documentation.
enum PythonAttribute: Int, CaseIterable {
    case name, msg, args, levelname, levelno, pathname, filename, module, excInfo, excText, stackInfo, lineno, funcName,
        created, msecs, relativeCreated, thread, threadName, processName, process, taskName

    /// The attribute of that name: the length and a byte or two tell which one it could be.
    @inline(__always)
    init?(_ name: Span<UInt8>) {
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
        guard Self.equal(name, candidate.text) else { return nil }
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

    /// Whether they are the same; in few steps for what has at most 16 bytes.
    static func equal(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        let count = bytes.count
        guard count == text.utf8CodeUnitCount else { return false }
        // The pointers do not leave the call. Each load is within `count` bytes, which both have.
        return text.withUTF8Buffer { text in
            let left = bytes.bytes
            let right = UnsafeRawBufferPointer(text)
            func isSame<Word: BitwiseCopyable & Equatable>(_ offset: Int, _: Word.Type) -> Bool {
                left.unsafeLoadUnaligned(fromByteOffset: offset, as: Word.self)
                    == right.loadUnaligned(fromByteOffset: offset, as: Word.self)
            }
            switch count {
            case 8...16: return isSame(0, UInt64.self) && isSame(count &- 8, UInt64.self)
            case 4...7: return isSame(0, UInt32.self) && isSame(count &- 4, UInt32.self)
            default: return (0..<count).allSatisfy { isSame($0, UInt8.self) }
            }
        }
    }
}
