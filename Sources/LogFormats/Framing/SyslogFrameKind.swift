/// How a syslog message of a stream is framed, by its first bytes (RFC 6587, section 3.4).
enum SyslogFrameKind: Equatable {
    /// Too few bytes are there to decide.
    case unknown
    /// Octets after a count, its digits and a blank (RFC 6587, section 3.4.1).
    case counted(header: Int, count: Int)
    /// Text from `<` and a digit on: it ends at NUL, or at a newline that no NUL makes part of it.
    case priority
    /// Other text: it ends at the first newline or NUL.
    case line

    /// Skips empty messages, and finds the kind of the message after them.
    ///
    /// - Parameters:
    ///   - data: the bytes that are there.
    ///   - start: moved past empty messages, to the first byte of the message.
    ///   - maxCount: a larger count is text.
    ///   - closing: whether bytes that have not come yet still come.
    /// - Returns: the kind; `unknown` when it is not decided yet, or there is no message.
    static func first(
        in data: Span<UInt8>,
        from start: inout Int,
        maxCount: Int,
        _ closing: SyslogScan.Closing
    ) -> SyslogFrameKind {
        while start < data.count {
            switch data[start] {
            case LineEnd.newline, 0:
                start &+= 1
                continue
            case LineEnd.carriageReturn where start &+ 1 < data.count:
                guard data[start &+ 1] == LineEnd.newline else { break }
                start &+= 2
                continue
            case LineEnd.carriageReturn where closing != .all:
                return .unknown
            case SyslogCount.mark[0]:
                guard let hasMark = SyslogCount.hasMark(data, at: start) else {
                    if closing != .all { return .unknown }
                    break
                }
                guard hasMark else { break }
                start &+= 3
                continue
            default: break
            }
            let kind = SyslogFrameKind(data, at: start, maxCount: maxCount)
            return kind == .unknown && closing == .all ? .line : kind
        }
        return .unknown
    }

    /// Finds the kind of the message that begins at `index`, perhaps with a byte order mark.
    init(_ data: Span<UInt8>, at index: Int, maxCount: Int) {
        self = .unknown
        guard index < data.count else { return }
        var index = index
        if data[index] == SyslogCount.mark[0] {
            guard let hasMark = SyslogCount.hasMark(data, at: index) else { return }
            guard hasMark else {
                self = .line
                return
            }
            index &+= 3
            guard index < data.count else { return }
        }
        if data[index] == UInt8(ascii: "<") {
            guard index &+ 1 < data.count else { return }
            self = Self.isPriority(data, at: index) ? .priority : .line
            return
        }
        switch SyslogCount.read(data, at: index) {
        case .count(let header, let count): self = count <= maxCount ? .counted(header: header, count: count) : .line
        case .none: self = .line
        case .unknown: break
        }
    }

    /// Whether `<` and a digit are at `index`.
    @inline(__always)
    static func isPriority(_ data: Span<UInt8>, at index: Int) -> Bool {
        index &+ 1 < data.count && data[index] == UInt8(ascii: "<") && ASCII.isDigit(data[index &+ 1])
    }
}
