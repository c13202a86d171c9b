/// Reads the counts of octets before messages of a stream (RFC 6587, section 3.4.1), and finds the next message after a
/// wrong count.
enum SyslogCount {
    enum Reading {
        /// The size of the count with its blank, and its value.
        case count(header: Int, count: Int)
        case none
        /// Too few bytes are there to decide.
        case unknown
    }

    /// The byte order mark.
    static let mark: InlineArray<3, UInt8> = [0xEF, 0xBB, 0xBF]
    /// The most digits of a count.
    private static let maxDigits = 10
    /// The longest `count <priority>`, in bytes.
    static let maxHeaderBytes = maxDigits + 6

    /// Whether a byte order mark is at `index`; nil when too few bytes are there to decide.
    static func hasMark(_ data: Span<UInt8>, at index: Int) -> Bool? {
        for offset in 0..<3 {
            guard index &+ offset < data.count else { return nil }
            guard data[index &+ offset] == mark[offset] else { return false }
        }
        return true
    }

    /// Reads a count and the `<` after its blank.
    static func read(_ data: Span<UInt8>, at index: Int) -> Reading {
        guard index < data.count else { return .unknown }
        guard data[index] != UInt8(ascii: "0") else { return .none }
        var count = 0
        var end = index
        while end < data.count, let digit = ASCII.digit(data[end]) {
            guard end &- index < maxDigits else { return .none }
            count = count &* 10 &+ Int(digit)
            end &+= 1
        }
        guard end < data.count else { return .unknown }
        guard end > index, data[end] == UInt8(ascii: " ") else { return .none }
        guard end &+ 1 < data.count else { return .unknown }
        guard data[end &+ 1] == UInt8(ascii: "<") else { return .none }
        return .count(header: end &+ 1 &- index, count: count)
    }

    /// Where a counted message ends, and where the next begins.
    ///
    /// After a message comes a count and `<`, or `<`, a newline, NUL or the end. Otherwise the count is wrong: it
    /// counts characters, or itself and the blank. Then the message ends before the nearest `count <priority>` that
    /// lies across the counted end, or the next one after it.
    ///
    /// - Parameters:
    ///   - data: the bytes of the stream that are there.
    ///   - message: the counted range, which may reach beyond `data`.
    ///   - areRight: whether a count of this stream was right for sure; then a count at the counted end is believed.
    ///   - scanned: kept for the next call while nil is returned: up to where nothing was found, from the message on.
    ///   - maxEnd: where the message ends at last.
    ///   - isAllThere: whether no more data is waited for.
    /// - Returns: the end of the message and the start of the next one; nil when more data is needed to decide.
    static func end(
        in data: Span<UInt8>,
        of message: Range<Int>,
        areRight: inout Bool,
        scanned: inout Int,
        maxEnd: Int,
        isAllThere: Bool
    ) -> (message: Int, next: Int)? {
        let end = message.upperBound
        guard scanned == 0 else {
            return next(in: data, of: message, scanned: &scanned, maxEnd: maxEnd, isAllThere: isAllThere)
        }
        guard end < data.count else { return isAllThere ? (end, end) : nil }
        switch data[end] {
        case LineEnd.newline, LineEnd.carriageReturn, 0, mark[0]: return (end, end)
        case UInt8(ascii: "<"):
            // Counts do not stand without their messages: this one was counted with the message before it.
            guard !areRight, let start = countBefore(end, in: data, of: message) else { return (end, end) }
            return split(start..<(end &- 1), in: data, at: end, maxEnd: maxEnd, isAllThere: isAllThere)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            switch read(data, at: end) {
            case .unknown where !isAllThere: return nil
            case .unknown: return (end, end)
            case .count(let header, let count):
                // Digits before it may be of the same count.
                let hasDigitBefore = end > message.lowerBound && ASCII.digit(data[end &- 1]) != nil
                if !hasDigitBefore { areRight = true }
                guard !areRight else { return (end, end) }
                let following = end &+ header &+ min(count, maxEnd)
                guard following < maxEnd &- maxHeaderBytes else { return (end, end) }
                guard data.count &- following >= maxHeaderBytes || isAllThere else { return nil }
                // Data that has not come cannot show that the count is wrong.
                guard following <= data.count else { return (end, end) }
                if isBoundary(data, at: following) {
                    areRight = true
                    return (end, end)
                }
            case .none: break
            }
        default: break
        }
        guard data.count &- end >= maxHeaderBytes || isAllThere else { return nil }
        if let digits = across(end, in: data, of: message) {
            return split(digits, in: data, at: end, maxEnd: maxEnd, isAllThere: isAllThere)
        }
        return next(in: data, of: message, scanned: &scanned, maxEnd: maxEnd, isAllThere: isAllThere)
    }

    /// Whether a message may begin at `index`, or the data ends there.
    private static func isBoundary(_ data: Span<UInt8>, at index: Int) -> Bool {
        guard index < data.count else { return index == data.count }
        switch data[index] {
        case LineEnd.newline, LineEnd.carriageReturn, 0, UInt8(ascii: "<"), mark[0]: return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            if case .none = read(data, at: index) { return false }
            return true
        default: return false
        }
    }

    /// Where the digits begin that end with a blank before `index`.
    private static func countBefore(_ index: Int, in data: Span<UInt8>, of message: Range<Int>) -> Int? {
        guard index &- message.lowerBound >= 2, data[index &- 1] == UInt8(ascii: " ") else { return nil }
        return digits(before: index &- 1, in: data, of: message)
    }

    /// Returns where the digits before `index` begin, leading zeros excluded; nil where there are no digits.
    private static func digits(before index: Int, in data: Span<UInt8>, of message: Range<Int>) -> Int? {
        var start = index
        while start > message.lowerBound, index &- start < maxDigits, ASCII.digit(data[start &- 1]) != nil {
            start &-= 1
        }
        while start < index, data[start] == UInt8(ascii: "0") { start &+= 1 }
        return start < index ? start : nil
    }

    /// The digits of a `count <priority>` that lies across `index`.
    private static func across(_ index: Int, in data: Span<UInt8>, of message: Range<Int>) -> Range<Int>? {
        // Where its `<` is: at most a priority before the index, or a count after it.
        var open = max(message.lowerBound, index &- 4)
        let maxEnd = min(data.count, index &+ maxHeaderBytes)
        while open < maxEnd {
            if data[open] == UInt8(ascii: "<"), let end = priorityEnd(data, at: open), end > index,
                let start = countBefore(open, in: data, of: message), start < index
            {
                return start..<(open &- 1)
            }
            open &+= 1
        }
        return nil
    }

    /// Tells apart the digits of a count and the digits that end the text before it.
    ///
    /// Senders count wrong by the same, so that the right count leads to another boundary.
    ///
    /// - Parameters:
    ///   - digits: the digits before ` <`.
    ///   - data: the bytes of the stream that are there.
    ///   - end: where the message before ends by its count.
    ///   - maxEnd: where a message ends at last.
    ///   - isAllThere: whether no more data is waited for.
    /// - Returns: the end of the message before, and the start of the count; nil when more data is needed to decide.
    private static func split(
        _ digits: Range<Int>,
        in data: Span<UInt8>,
        at end: Int,
        maxEnd: Int,
        isAllThere: Bool
    ) -> (message: Int, next: Int)? {
        guard digits.count > 1 else { return (digits.lowerBound, digits.lowerBound) }
        let next = digits.upperBound &+ 1
        var last = digits.lowerBound
        for start in digits where data[start] != UInt8(ascii: "0") && start < end {
            last = start
            guard let count = ASCII.integer(data, start..<digits.upperBound), count < maxEnd else { continue }
            let following = next &+ count &- (end &- start)
            guard following > next, following < maxEnd &- maxHeaderBytes else { continue }
            guard data.count &- following >= maxHeaderBytes || isAllThere else { return nil }
            if isBoundary(data, at: following) { return (start, start) }
        }
        return (last, last)
    }

    private static func priorityEnd(_ data: Span<UInt8>, at open: Int) -> Int? {
        var end = open &+ 1
        while end < data.count, end &- open <= 3, ASCII.digit(data[end]) != nil { end &+= 1 }
        guard end > open &+ 1, end < data.count, data[end] == UInt8(ascii: ">") else { return nil }
        return end &+ 1
    }

    /// Looks for the next `count <priority>`, newline and priority, or NUL, after the counted end.
    private static func next(
        in data: Span<UInt8>,
        of message: Range<Int>,
        scanned: inout Int,
        maxEnd: Int,
        isAllThere: Bool
    ) -> (message: Int, next: Int)? {
        var open = max(message.upperBound, message.lowerBound &+ scanned)
        let last = min(data.count, maxEnd)
        while open < last {
            if data[open] == 0 { return (open, open &+ 1) }
            if data[open] == UInt8(ascii: "<") {
                guard open &+ 5 <= data.count || isAllThere else { break }
                if priorityEnd(data, at: open) != nil {
                    let rest = message.upperBound..<data.count
                    if let start = countBefore(open, in: data, of: rest) { return (start, start) }
                    if open > message.upperBound, data[open &- 1] == LineEnd.newline { return (open &- 1, open) }
                }
            }
            open &+= 1
        }
        if isAllThere { return (last, last) }
        guard open < maxEnd else { return (maxEnd, maxEnd) }
        scanned = max(1, open &- message.lowerBound)
        return nil
    }
}
