import LogRecords

/// A time as senders write it: the one reader of times for all protocols.
///
/// Dates: `Mar  1` (RFC 3164, section 4.1.2) with blanks, zeros or nothing before the day, a year before it, after it
/// or after the time, and a weekday before all; `2026-03-01` and `2026/03/01`; `01 Mar 2026`, `01/Mar/2026` and
/// `01-Mar-2026`; `03/01/2026` and `01/03/2026`, of which the possible one counts, or the one nearer to now. Times of
/// day: `18:46:11` with `.`, `,` or `:` before a fraction of any length, or AM and PM. Zones: an offset with or without
/// its colon and a blank before it, `Z`, and names (`ZoneNames`). Epoch: 10, 13 or 16 digits, within five years of now.
/// A colon after the time, and a `*` or `.` before it, with which Cisco's devices mark an unsynchronized clock.
struct WrittenTime {
    /// Nil when the calendar has no such day in any near year.
    var time: WallTime?
    /// Where it ends with its zone, without the colon.
    var end: Int
    /// Where the rest begins: at a blank or the end.
    var next: Int
    var hasColon: Bool
    var isGuess: Bool

    /// The parts that have been read so far.
    struct Parts {
        var year: Int?
        var month = 0
        var day = 0
        var secondOfDay = 0
        var nanoseconds: Int32 = 0
        var offset: Int?
        /// A date of two numbers of which either may be the month.
        var isAmbiguous = false
        var isGuess = false
        var index: Int
    }

    /// Reads a time that other words may follow.
    ///
    /// - Returns: nil when there is no such time at `index`, or it does not end before a blank.
    static func parse(_ text: Span<UInt8>, at index: Int, _ context: ReceiveContext) -> WrittenTime? {
        guard text.count &- index >= 10 else { return nil }
        var parts = Parts(index: index)
        if text[index] == UInt8(ascii: "*") || text[index] == UInt8(ascii: ".") { parts.index &+= 1 }
        if ASCII.digit(text[parts.index]) == nil {
            guard readNamed(text, &parts) else { return nil }
        } else {
            if let epoch = parseEpoch(text, at: parts.index, context) { return epoch }
            guard readNumbered(text, &parts) else { return nil }
        }
        readZone(text, &parts)
        readYearAfter(text, &parts)
        guard var result = ending(text, at: parts.index) else { return nil }
        result.time = moment(parts, context)
        result.isGuess = parts.isGuess
        return result
    }

    /// Reads a text that is a time, with blanks around it and nothing else.
    ///
    /// - Returns: nil for any other text, and for a day that the calendar has not.
    static func read(_ text: Span<UInt8>, _ context: ReceiveContext) -> WallTime? {
        if let time = MessageTime.parseRFC3339(text) { return time }
        var (start, end) = (0, text.count)
        while start < end, text[start] == UInt8(ascii: " ") { start &+= 1 }
        while end > start, text[end &- 1] == UInt8(ascii: " ") { end &-= 1 }
        guard start < end, let written = parse(text.extracting(..<end), at: start, context), !written.isGuess else {
            return nil
        }
        return isOver(text.extracting(..<end), from: written.end) ? written.time : nil
    }

    /// Whether nothing follows a time except the additions of Go, Java and JavaScript: ` UTC` after an offset, `
    /// m=+0.1`, ` (Central European Time)`.
    private static func isOver(_ text: Span<UInt8>, from index: Int) -> Bool {
        var index = index
        if index < text.count, text[index] == UInt8(ascii: " ") {
            var end = index &+ 1
            while end < text.count, ASCII.isUpper(text[end]) { end &+= 1 }
            if end &- index >= 4, end &- index <= 6 { index = end }
        }
        guard text.count &- index >= 2 else { return index == text.count }
        guard text[index] == UInt8(ascii: " ") else { return false }
        return text[index &+ 1] == UInt8(ascii: "m") || text[index &+ 1] == UInt8(ascii: "(")
    }

    private static func ending(_ text: Span<UInt8>, at end: Int) -> WrittenTime? {
        let mark = end < text.count ? text[end] : 0
        let hasColon = mark == UInt8(ascii: ":")
        let next = hasColon || mark == UInt8(ascii: ",") ? end &+ 1 : end
        guard next == text.count || text[next] == UInt8(ascii: " ") || text[next] == 0x09 else { return nil }
        return WrittenTime(time: nil, end: end, next: next, hasColon: hasColon, isGuess: false)
    }

    // MARK: epoch

    /// How far from the time of reception a number of seconds may be to count as a time, in seconds: about five years.
    private static let nearby: Int64 = 5 * 366 * 86_400

    private static func parseEpoch(_ text: Span<UInt8>, at index: Int, _ context: ReceiveContext) -> WrittenTime? {
        var end = index
        let maxEnd = min(text.count, index &+ 17)
        while end < maxEnd, ASCII.digit(text[end]) != nil { end &+= 1 }
        let scale: Int
        switch end &- index {
        case 10: scale = 0
        case 13: scale = 3
        case 16: scale = 6
        default: return nil
        }
        guard MessageTime.fraction(text, at: &end, mark: nil) != nil, var result = ending(text, at: end),
            let time = MessageTime.wallTime(epochText: text.extracting(index..<end), scale: scale)
        else { return nil }
        let (distance, isFar) = time.seconds.subtractingReportingOverflow(context.time.seconds)
        guard !isFar, distance.magnitude <= nearby.magnitude else { return nil }
        result.time = time
        return result
    }

    // MARK: the moment

    /// The moment meant: without a year the nearest before a day from the reception.
    private static func moment(_ parts: Parts, _ context: ReceiveContext) -> WallTime? {
        let offset = parts.offset ?? context.secondsFromUTC
        if let year = parts.year {
            let time = moment(parts, in: year, offset)
            guard parts.isAmbiguous else { return time }
            var other = parts
            (other.month, other.day) = (parts.day, parts.month)
            return nearer(time, moment(other, in: year, offset), context)
        }
        let local = context.time.seconds &+ Int64(offset)
        let days = local / 86_400 &- (local % 86_400 < 0 ? 1 : 0)
        let today = CivilCalendar.date(fromDays: Int(days))
        let latest = context.time.seconds &+ 86_400
        if today.month == 12, parts.month == 1, let next = moment(parts, in: today.year &+ 1, offset),
            next.seconds <= latest
        {
            return next
        }
        if let this = moment(parts, in: today.year, offset), this.seconds <= latest { return this }
        return moment(parts, in: today.year &- 1, offset)
    }

    private static func moment(_ parts: Parts, in year: Int, _ offset: Int) -> WallTime? {
        guard let days = CivilCalendar.days(toYear: year, month: parts.month, day: parts.day) else { return nil }
        let seconds = days &* 86_400 &+ parts.secondOfDay &- offset
        return MessageTime.wallTime(seconds: Int64(seconds), nanoseconds: parts.nanoseconds)
    }

    private static func nearer(_ first: WallTime?, _ second: WallTime?, _ context: ReceiveContext) -> WallTime? {
        guard let first, let second else { return first ?? second }
        func distance(_ time: WallTime) -> UInt64 { (time.seconds &- context.time.seconds).magnitude }
        return distance(second) < distance(first) ? second : first
    }
}
