import LogRecords

/// Finds where a syslog message of a stream ends, and remembers how far it has looked until the end is known.
///
/// Positions are kept from the message's start, so that its bytes may move between two calls.
struct SyslogScan: Sendable {
    /// Whether bytes that have not come yet still come.
    enum Closing {
        /// They come.
        case nothing
        /// A line that has its ending is complete.
        case lines
        /// They never come.
        case all
    }

    struct Found {
        /// The message, cut to the limit.
        let content: Range<Int>
        /// The message's size as sent.
        let length: Int
        /// Where the next message begins.
        let next: Int
        /// Whether the count before it was wrong.
        var isMiscounted = false
        /// Whether the message is known to be printable ASCII.
        var isPlain = false
    }

    /// How far after a message's first line a NUL is looked for, in bytes.
    private static let maxNullDistance = 65_536

    let limit: Int
    private let maxCount: Int
    private(set) var kind = SyslogFrameKind.unknown
    /// How the messages so far ended.
    var endings = SyslogEndings()
    /// Whether a count of this stream was right for sure.
    private var countsAreRight = false
    /// How far endings have been looked for.
    private var scanned = 0
    /// The offset of the first newline of a `priority` message; -1 until there is one.
    private(set) var firstLine = -1
    /// How many bytes from the start on are known to be printable ASCII.
    private var plainCount = 0

    init(limit: Int) {
        self.limit = limit
        maxCount = limit > .max / 16 ? .max : 16 &* limit
    }

    /// Returns the next message from `start` on, and moves `start` past empty messages.
    mutating func next(in data: Span<UInt8>, from start: inout Int, _ closing: Closing) -> Found? {
        if kind == .unknown {
            if let found = plainLine(in: data, from: start) { return found }
            if kind == .unknown { kind = .first(in: data, from: &start, maxCount: maxCount, closing) }
        }
        switch kind {
        case .unknown: return nil
        case .counted(let header, let count):
            return counted(in: data, from: start &+ header, count, closing)
        case .line, .priority:
            return line(in: data, from: start, closing)
        }
    }

    /// Ends a message that is complete or given up.
    mutating func reset(endedWithNull: Bool) {
        kind = .unknown
        scanned = 0
        firstLine = -1
        endings.note(isNull: endedWithNull)
        plainCount = 0
    }

    /// Returns the message at `start` if it is a line of printable ASCII with a priority, and another one with a priority
    /// follows, as in most streams; the other methods would find the same.
    @inline(__always)
    private mutating func plainLine(in data: Span<UInt8>, from start: Int) -> Found? {
        guard SyslogFrameKind.isPriority(data, at: start) else { return nil }
        kind = .priority
        let end = ASCIIRun.end(in: data, from: start)
        scanned = end &- start
        plainCount = scanned
        guard SyslogFrameKind.isPriority(data, at: end &+ 1), data[end] == LineEnd.newline, scanned < limit else {
            return nil
        }
        kind = .unknown
        scanned = 0
        plainCount = 0
        endings.note(isNull: false)
        return Found(content: start..<end, length: end &- start, next: end &+ 1, isPlain: true)
    }

    /// Returns the message of `count` octets from `first` on, or a shorter or longer one where the count is wrong.
    private mutating func counted(
        in data: Span<UInt8>,
        from first: Int,
        _ count: Int,
        _ closing: Closing
    ) -> Found? {
        let available = data.count &- first
        guard available >= count || closing == .all else { return nil }
        let counted = first &+ min(available, count)
        // The bytes that show whether the count is right have to fit in the buffer with the message.
        guard count &+ 2 &* SyslogCount.maxHeaderBytes <= limit, available > count || closing == .nothing else {
            reset(endedWithNull: false)
            return Found(content: first..<min(counted, first &+ limit), length: count, next: counted)
        }
        guard
            let end = SyslogCount.end(
                in: data,
                of: first..<counted,
                areRight: &countsAreRight,
                scanned: &scanned,
                maxEnd: first &+ limit,
                isAllThere: closing != .nothing
            )
        else { return nil }
        reset(endedWithNull: false)
        let content = first..<min(end.message, first &+ limit)
        return Found(
            content: content,
            length: end.message &- first,
            next: end.next,
            isMiscounted: end.message != counted,
            isPlain: ASCIIRun.end(in: data.extracting(content), from: 0) == content.count
        )
    }

    private mutating func line(in data: Span<UInt8>, from start: Int, _ closing: Closing) -> Found? {
        if firstLine < 0 {
            let end = endOfFirstLine(in: data, from: start)
            guard end < data.count else {
                scanned = end &- start
                return closing == .all ? finish(data, from: start, at: end) : nil
            }
            let mayGoOn = kind == .priority && data[end] == LineEnd.newline && end &- start < limit
            guard mayGoOn else { return finish(data, from: start, at: end) }
            firstLine = end &- start
            scanned = firstLine
        }
        switch continuation(in: data, from: start, closing) {
        case .found(let found): return found
        case .more: return nil
        case .over: break
        }
        // Python's SysLogHandler sends tracebacks: lines that are one message, and then NUL.
        let maxEnd = min(firstLine &+ Self.maxNullDistance, limit)
        while true {
            let first = start &+ scanned
            let isFound = first < data.count && data[first] == LineEnd.newline
            let end = isFound ? first : LineEnd.first(in: data, from: first)
            guard end &- start <= maxEnd else { break }
            guard end < data.count else {
                scanned = end &- start
                if closing == .nothing { return nil }
                break
            }
            guard data[end] == LineEnd.newline else { return finish(data, from: start, at: end) }
            let following = SyslogFrameKind(data, at: end &+ 1, maxCount: maxCount)
            if following == .line {
                scanned = end &+ 1 &- start
                continue
            }
            if following == .unknown, closing == .nothing {
                scanned = end &- start
                return nil
            }
            break
        }
        return finish(data, from: start, at: start &+ firstLine)
    }

    /// One search for the first byte that is not printable ASCII, which is the line's end in most messages.
    private mutating func endOfFirstLine(in data: Span<UInt8>, from start: Int) -> Int {
        let end = ASCIIRun.end(in: data, from: start &+ scanned)
        if scanned == plainCount { plainCount = end &- start }
        guard end < data.count else { return end }
        if data[end] == LineEnd.carriageReturn, end &+ 1 < data.count, data[end &+ 1] == LineEnd.newline {
            return end &+ 1
        }
        return data[end] == LineEnd.newline || data[end] == 0 ? end : LineEnd.first(in: data, from: end)
    }

    private enum Continuation {
        case found(Found)
        case more
        case over
    }

    /// Moves `firstLine` over the lines that begin with a tab or a blank: they belong to the message before them, like
    /// those of a stack trace.
    private mutating func continuation(in data: Span<UInt8>, from start: Int, _ closing: Closing) -> Continuation {
        while true {
            let next = start &+ firstLine &+ 1
            guard next < data.count else {
                if closing == .nothing { return .more }
                return .found(finish(data, from: start, at: start &+ firstLine))
            }
            guard data[next] == UInt8(ascii: " ") || data[next] == 0x09 else { return .over }
            let end = LineEnd.first(in: data, from: max(next, start &+ scanned))
            guard end &- start <= limit else { return .found(finish(data, from: start, at: start &+ firstLine)) }
            guard end < data.count else {
                scanned = end &- start
                switch closing {
                case .nothing: return .more
                case .lines: return .found(finish(data, from: start, at: start &+ firstLine))
                case .all: return .found(finish(data, from: start, at: end))
                }
            }
            guard data[end] == LineEnd.newline else { return .found(finish(data, from: start, at: end)) }
            firstLine = end &- start
            scanned = firstLine
        }
    }

    /// The message ends at `end`, with a newline, NUL, or the data.
    private mutating func finish(_ data: Span<UInt8>, from start: Int, at end: Int) -> Found {
        let ending = end < data.count ? data[end] : nil
        var last = end
        if ending == LineEnd.newline, end > start, data[end &- 1] == LineEnd.carriageReturn { last &-= 1 }
        let isPlain = last &- start <= plainCount
        reset(endedWithNull: ending == 0)
        return Found(
            content: start..<min(last, start &+ limit),
            length: last &- start,
            next: ending == nil ? end : end &+ 1,
            isPlain: isPlain
        )
    }
}
