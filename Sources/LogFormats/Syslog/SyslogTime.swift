import LogRecords

/// Reads the time of an RFC 3164 header in the forms that are in use.
///
/// Those are: `Mar  1 18:46:11` (section 4.1.2) with blanks, zeros or nothing before the day; with a year before it,
/// behind the date, or behind the time; with a fraction; with a time zone; with the colon behind it, and the `*` or
/// `.` before it, with which Cisco's tell an unsynchronized clock; and RFC 3339.
struct SyslogTime {
    /// Nil when the calendar has no such day in any near year.
    var time: WallTime?
    /// Where it ends with its zone, without the colon.
    var end: Int
    /// Where what follows begins: at a blank or the end.
    var next: Int
    var hasColon: Bool
    var isGuess: Bool

    /// The time at `index`, as far as it has been read.
    private struct Reading {
        var year: Int?
        var month = 0
        var day = 0
        var secondOfDay = 0
        var nanoseconds: Int32 = 0
        var offset: Int?
        var isGuess = false
        var index: Int
    }

    /// - Returns: nil when there is no such time at `index`, or it does not end before a blank.
    static func parse(_ text: Span<UInt8>, at index: Int, _ reception: Reception) -> SyslogTime? {
        guard text.count &- index >= 14 else { return nil }
        var reading = Reading(index: index)
        if text[index] == UInt8(ascii: "*") || text[index] == UInt8(ascii: ".") { reading.index &+= 1 }
        if MessageTime.digit(text[reading.index]) == nil {
            guard readMonthly(text, &reading) else { return nil }
        } else if text[reading.index &+ 4] == UInt8(ascii: "-") {
            return parseRFC3339(text, at: reading.index, reception)
        } else {
            reading.year = year(text, at: reading.index)
            reading.index &+= 5
            guard reading.year != nil, readMonthly(text, &reading) else { return nil }
        }
        readZone(text, &reading)
        if reading.year == nil, reading.index < text.count, text[reading.index] == UInt8(ascii: " "),
            let year = year(text, at: reading.index &+ 1)
        {
            reading.year = year
            reading.index &+= 5
        }
        guard var result = ending(text, at: reading.index) else { return nil }
        result.time = moment(reading, reception)
        result.isGuess = reading.isGuess
        return result
    }

    /// Reads `Mar  1 18:46:11.123`, with or without a year behind the day.
    private static func readMonthly(_ text: Span<UInt8>, _ reading: inout Reading) -> Bool {
        var index = reading.index
        guard text.count &- index >= 14, let month = month(text, at: index), text[index &+ 3] == UInt8(ascii: " ")
        else { return false }
        index &+= 4
        if text[index] == UInt8(ascii: " ") { index &+= 1 }
        guard let first = MessageTime.digit(text[index]) else { return false }
        reading.month = month
        reading.day = Int(first)
        index &+= 1
        if let second = MessageTime.digit(text[index]) {
            reading.day = Int(first) &* 10 &+ Int(second)
            index &+= 1
        }
        guard reading.day >= 1, reading.day <= 31, text[index] == UInt8(ascii: " ") else { return false }
        index &+= 1
        if reading.year == nil, let year = year(text, at: index) {
            reading.year = year
            index &+= 5
        }
        guard let secondOfDay = MessageTime.secondOfDay(text, at: index) else { return false }
        index &+= 8
        guard let nanoseconds = MessageTime.fraction(text, at: &index) else { return false }
        reading.secondOfDay = secondOfDay
        reading.nanoseconds = nanoseconds
        reading.index = index
        return true
    }

    private static func parseRFC3339(_ text: Span<UInt8>, at index: Int, _ reception: Reception) -> SyslogTime? {
        guard text.count &- index >= 19 else { return nil }
        var end = index &+ 19
        while end < text.count, text[end] != UInt8(ascii: " ") {
            guard end &- index < 64 else { return nil }
            end &+= 1
        }
        if text[end &- 1] == UInt8(ascii: ":") { end &-= 1 }
        let word = text.extracting(index..<end)
        if let time = MessageTime.parseRFC3339(word) {
            guard var result = ending(text, at: end) else { return nil }
            result.time = time
            return result
        }
        guard let time = MessageTime.parseRFC3339(word, secondsFromUTC: 0) else { return nil }
        var reading = Reading(index: end)
        readZone(text, &reading)
        guard var result = ending(text, at: reading.index) else { return nil }
        let offset = Int64(truncatingIfNeeded: reading.offset ?? reception.secondsFromUTC)
        result.time = MessageTime.wallTime(seconds: time.seconds &- offset, nanoseconds: time.nanoseconds)
        result.isGuess = reading.isGuess
        return result
    }

    private static func ending(_ text: Span<UInt8>, at end: Int) -> SyslogTime? {
        let hasColon = end < text.count && text[end] == UInt8(ascii: ":")
        let next = hasColon ? end &+ 1 : end
        guard next == text.count || text[next] == UInt8(ascii: " ") else { return nil }
        return SyslogTime(time: nil, end: end, next: next, hasColon: hasColon, isGuess: false)
    }

    // MARK: time zones

    /// Reads a time zone behind a blank: `CET`, `TZ-6` (RFC 3164, section 5.4), `+0100`.
    private static func readZone(_ text: Span<UInt8>, _ reading: inout Reading) {
        guard reading.index < text.count, text[reading.index] == UInt8(ascii: " ") else { return }
        let start = reading.index &+ 1
        guard start < text.count, SyslogWord.isUpper(text[start]) || isSign(text[start]) else { return }
        var end = start
        while end < text.count, end &- start < 8, text[end] != UInt8(ascii: " ") {
            if text[end] == UInt8(ascii: ":"), end &+ 1 == text.count || text[end &+ 1] == UInt8(ascii: " ") { break }
            end &+= 1
        }
        if isSign(text[start]) {
            reading.offset = MessageTime.offset(text.extracting(start..<end), at: 0)
        } else {
            reading.offset = SyslogZone.offset(text.extracting(start..<end))
        }
        if reading.offset == nil {
            // A name that is not known, where only a zone can stand: before `: %SYS-5-CONFIG_I`, or before a year.
            guard (3...5).contains(end &- start) else { return }
            for index in start..<end where !SyslogWord.isUpper(text[index]) { return }
            let isBeforeCode =
                text.count &- end >= 3 && text[end] == UInt8(ascii: ":")
                && text[end &+ 2] == UInt8(ascii: "%")
            guard isBeforeCode || year(text, at: end &+ 1) != nil else { return }
            reading.isGuess = true
        }
        reading.index = end
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    // MARK: the parts

    private static func month(_ text: Span<UInt8>, at index: Int) -> Int? {
        let letters =
            UInt32(text[index] | 0x20) << 16 | UInt32(text[index &+ 1] | 0x20) << 8 | UInt32(text[index &+ 2] | 0x20)
        return switch letters {
        case 0x6A_616E: 1
        case 0x66_6562: 2
        case 0x6D_6172: 3
        case 0x61_7072: 4
        case 0x6D_6179: 5
        case 0x6A_756E: 6
        case 0x6A_756C: 7
        case 0x61_7567: 8
        case 0x73_6570: 9
        case 0x6F_6374: 10
        case 0x6E_6F76: 11
        case 0x64_6563: 12
        default: nil
        }
    }

    /// A year from 1900 to 2099 that ends with a blank, a colon or the text.
    private static func year(_ text: Span<UInt8>, at index: Int) -> Int? {
        guard text.count &- index >= 4, text[index] == UInt8(ascii: "1") || text[index] == UInt8(ascii: "2"),
            let century = MessageTime.twoDigits(text, index),
            century == 19 || century == 20, let year = MessageTime.twoDigits(text, index &+ 2)
        else { return nil }
        let end = index &+ 4
        guard end == text.count || text[end] == UInt8(ascii: " ") || text[end] == UInt8(ascii: ":") else { return nil }
        return century &* 100 &+ year
    }

    /// The moment meant: without a year the nearest before a day from the reception.
    private static func moment(_ reading: Reading, _ reception: Reception) -> WallTime? {
        let offset = reading.offset ?? reception.secondsFromUTC
        func moment(in year: Int) -> WallTime? {
            guard let days = MessageTime.days(fromCivil: year, month: reading.month, day: reading.day) else {
                return nil
            }
            let seconds = days &* 86_400 &+ reading.secondOfDay &- offset
            return MessageTime.wallTime(seconds: Int64(seconds), nanoseconds: reading.nanoseconds)
        }
        if let year = reading.year { return moment(in: year) }
        let local = reception.time.seconds &+ Int64(offset)
        let days = local / 86_400 &- (local % 86_400 < 0 ? 1 : 0)
        let today = MessageTime.civil(fromDays: Int(days))
        let latest = reception.time.seconds &+ 86_400
        if today.month == 12, reading.month == 1, let next = moment(in: today.year &+ 1), next.seconds <= latest {
            return next
        }
        if let this = moment(in: today.year), this.seconds <= latest { return this }
        return moment(in: today.year &- 1)
    }
}
