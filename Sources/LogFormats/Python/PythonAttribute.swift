import LogRecords

/// The attributes of every record of Python's `logging`; see "LogRecord attributes" in Python's documentation.
enum PythonAttribute: UInt8, CaseIterable {
    case name, msg, args, levelname, levelno, pathname, filename, module, excInfo, excText, stackInfo, lineno, funcName,
        created, msecs, relativeCreated, thread, threadName, processName, process, taskName

    /// Finds the attribute of that name.
    @inline(__always)
    init?(_ name: Span<UInt8>) {
        let bytes = name.bytes
        // Each load is within `count` bytes; any bytes are an integer.
        func word(_ place: Int) -> UInt64 {
            UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt64.self))
        }
        func half(_ place: Int) -> UInt64 {
            UInt64(UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt32.self)))
        }
        let count = name.count
        switch count {
        case 8...15: self.init(word(0), word(count &- 8), count: count)
        case 4..<8: self.init(half(0), half(count &- 4), count: count)
        case 3: self.init(UInt64(name[0]) | UInt64(name[1]) << 8 | UInt64(name[2]) << 16, 0, count: count)
        default: return nil
        }
    }

    /// Finds the attribute by the length of its name, and the first and the last eight bytes, or four, or three.
    @inline(__always)
    private init?(_ first: UInt64, _ last: UInt64, count: Int) {
        switch count {
        case 3 where first == Self.word("msg"): self = .msg
        case 4 where first == Self.word("name"): self = .name
        case 4 where first == Self.word("args"): self = .args
        case 5 where first == Self.word("msec") && last == Self.word("secs"): self = .msecs
        case 6 where first == Self.word("modu") && last == Self.word("dule"): self = .module
        case 6 where first == Self.word("line") && last == Self.word("neno"): self = .lineno
        case 6 where first == Self.word("thre") && last == Self.word("read"): self = .thread
        case 7 where first == Self.word("leve") && last == Self.word("elno"): self = .levelno
        case 7 where first == Self.word("crea") && last == Self.word("ated"): self = .created
        case 7 where first == Self.word("proc") && last == Self.word("cess"): self = .process
        case 8 where first == Self.word("pathname"): self = .pathname
        case 8 where first == Self.word("filename"): self = .filename
        case 8 where first == Self.word("exc_info"): self = .excInfo
        case 8 where first == Self.word("exc_text"): self = .excText
        case 8 where first == Self.word("funcName"): self = .funcName
        case 8 where first == Self.word("taskName"): self = .taskName
        case 9 where first == Self.word("levelnam") && last == Self.word("evelname"): self = .levelname
        case 10 where first == Self.word("stack_in") && last == Self.word("ack_info"): self = .stackInfo
        case 10 where first == Self.word("threadNa") && last == Self.word("readName"): self = .threadName
        case 11 where first == Self.word("processN") && last == Self.word("cessName"): self = .processName
        case 15 where first == Self.word("relative") && last == Self.word("eCreated"): self = .relativeCreated
        default: return nil
        }
    }

    /// At most eight bytes as a number, the first one lowest; the compiler makes constants of it.
    @inline(__always)
    private static func word(_ text: StaticString) -> UInt64 {
        // The pointer does not leave the call.
        text.withUTF8Buffer { text in
            var word: UInt64 = 0
            for place in 0..<text.count { word |= UInt64(text[place]) &<< UInt64(8 &* place) }
            return word
        }
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
