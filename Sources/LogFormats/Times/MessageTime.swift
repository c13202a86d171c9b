package import LogRecords

/// Reads the times that senders write, without the C library: the text may have any bytes, and millions come.
///
/// All moments lie in the years 0000 to 9999, so that every output can write them.
package enum MessageTime {
    /// Reads `2003-10-11T22:14:15.003Z` (RFC 3339) and its usual variants.
    ///
    /// The variants are: a blank for the `T`, lower-case letters, a comma as decimal mark, any number of decimal places (those
    /// after the ninth are cut off), a blank before the offset, an offset without its colon or its minutes. The leap
    /// second `:60` is the first second of the next minute.
    ///
    /// - Parameters:
    ///   - text: the time.
    ///   - secondsFromUTC: the time zone of a time that names none; nil: it has to name one.
    /// - Returns: nil when the text is anything else, or has anything else after the time.
    package static func parseRFC3339(_ text: Span<UInt8>, secondsFromUTC: Int? = nil) -> WallTime? {
        guard let seconds = localSeconds(text) else { return nil }
        return wallTime(localSeconds: seconds, text, secondsFromUTC: secondsFromUTC)
    }

    /// Reads the date and the time of day: seconds since 1970-01-01 00:00:00 of the zone that follows.
    static func localSeconds(_ text: Span<UInt8>) -> Int64? {
        guard text.count >= 19,
            let century = ASCII.twoDigits(text, 0), let year = ASCII.twoDigits(text, 2), text[4] == UInt8(ascii: "-"),
            let month = ASCII.twoDigits(text, 5), text[7] == UInt8(ascii: "-"), let day = ASCII.twoDigits(text, 8),
            text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
            let days = CivilCalendar.days(toYear: century &* 100 &+ year, month: month, day: day),
            let secondOfDay = secondOfDay(text, at: 11)
        else { return nil }
        return Int64(days) &* 86_400 &+ Int64(secondOfDay)
    }

    /// Reads what follows the date and time of day: a fraction of the second, and a zone.
    static func wallTime(localSeconds seconds: Int64, _ text: Span<UInt8>, secondsFromUTC: Int?) -> WallTime? {
        var index = 19
        let nanoseconds = fraction(text, at: &index)
        guard let nanoseconds, let offset = offset(text, at: index) ?? (index == text.count ? secondsFromUTC : nil)
        else { return nil }
        return wallTime(seconds: seconds &- Int64(truncatingIfNeeded: offset), nanoseconds: nanoseconds)
    }

    /// Returns the moment a number of seconds after 1970-01-01 00:00:00 UTC, to the microsecond: a Double has no more
    /// there.
    ///
    /// - Returns: nil when it is not a number or out of range.
    package static func wallTime(epochSeconds: Double) -> WallTime? {
        let range = CivilCalendar.seconds
        guard epochSeconds >= Double(range.lowerBound), epochSeconds < Double(range.upperBound) else { return nil }
        let whole = epochSeconds.rounded(.down)
        let microseconds = Int64(((epochSeconds - whole) * 1e6).rounded())
        let carry = microseconds / 1_000_000
        return wallTime(
            seconds: Int64(whole) &+ carry,
            nanoseconds: Int32(truncatingIfNeeded: (microseconds &- carry &* 1_000_000) &* 1000)
        )
    }

    /// Reads a decimal number of seconds since 1970-01-01 00:00:00 UTC, such as `1760220855.003`, exactly.
    ///
    /// - Parameters:
    ///   - text: the number.
    ///   - scale: how many decimal places the unit is below a second: 3 when the number counts milliseconds, 6
    ///     microseconds, 9 nanoseconds.
    /// - Returns: nil when the text is anything else (an exponent is), or out of range. Digits below a nanosecond are
    ///   cut off.
    package static func wallTime(epochText text: Span<UInt8>, scale: Int = 0) -> WallTime? {
        if scale == 0, let time = wallTime(plainEpochText: text) { return time }
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        var end = first
        while end < text.count, ASCII.digit(text[end]) != nil { end &+= 1 }
        var index = end
        guard end > first, let fraction = fraction(text, at: &index, mark: nil), index == text.count,
            (0...9).contains(scale)
        else { return nil }
        // Digits before the point that stand for whole seconds; the rest are the first decimal places of the second.
        let split = max(first, end &- scale)
        var whole: Int64 = 0
        for place in first..<split {
            whole = whole &* 10 &+ Int64(text[place] &- UInt8(ascii: "0"))
            guard whole <= CivilCalendar.seconds.upperBound else { return nil }
        }
        var unit: Int64 = 1
        for _ in 0..<scale { unit &*= 10 }
        var part: Int64 = 0
        for place in split..<end { part = part &* 10 &+ Int64(text[place] &- UInt8(ascii: "0")) }
        // `part` counts units, and is less than a second of them; `fraction` counts billionths of one unit.
        let nanoseconds = part &* (1_000_000_000 / unit) &+ Int64(fraction) / unit
        guard isNegative, nanoseconds > 0 else {
            return wallTime(seconds: isNegative ? -whole : whole, nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
        }
        return wallTime(seconds: -whole &- 1, nanoseconds: Int32(truncatingIfNeeded: 1_000_000_000 &- nanoseconds))
    }

    /// Reads at most 11 digits of seconds since 1970, alone or with a point and at most 9 digits.
    ///
    /// - Returns: nil for any other text.
    static func wallTime(plainEpochText text: Span<UInt8>) -> WallTime? {
        var index = 0
        // At most 12 digits, which fit; the indices are within the text.
        func number() -> UInt64 {
            var number: UInt64 = 0
            let end = min(text.count, index &+ 12)
            while index < end, text[unchecked: index] &- UInt8(ascii: "0") < 10 {
                number = number &* 10 &+ UInt64(text[unchecked: index] &- UInt8(ascii: "0"))
                index &+= 1
            }
            return number
        }
        let seconds = number()
        guard (1...11).contains(index) else { return nil }
        guard index < text.count else { return wallTime(seconds: Int64(seconds), nanoseconds: 0) }
        guard text[index] == UInt8(ascii: ".") else { return nil }
        index &+= 1
        let start = index
        var nanoseconds = number()
        guard index == text.count, (1...9).contains(index &- start) else { return nil }
        for _ in (index &- start)..<9 { nanoseconds &*= 10 }
        return wallTime(seconds: Int64(seconds), nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
    }

    /// Returns a moment; nil where RFC 3339 cannot write it.
    package static func wallTime(seconds: Int64, nanoseconds: Int32) -> WallTime? {
        guard CivilCalendar.seconds.contains(seconds) else { return nil }
        return WallTime(seconds: seconds, nanoseconds: nanoseconds)
    }
}

// MARK: the parts of a time

extension MessageTime {
    /// Reads `hh:mm:ss` at `index`; 60 is a leap second.
    static func secondOfDay(_ text: Span<UInt8>, at index: Int) -> Int? {
        guard text.count &- index >= 8,
            let hour = ASCII.twoDigits(text, index), hour < 24, text[index &+ 2] == UInt8(ascii: ":"),
            let minute = ASCII.twoDigits(text, index &+ 3), minute < 60, text[index &+ 5] == UInt8(ascii: ":"),
            let second = ASCII.twoDigits(text, index &+ 6), second <= 60
        else { return nil }
        return hour &* 3600 &+ minute &* 60 &+ second
    }

    /// Reads `.003`, or `,003` where `mark` is a comma, from `index` on, and moves `index` past it.
    ///
    /// - Returns: nanoseconds: 0 when there is no such mark, nil when no digit follows it.
    static func fraction(_ text: Span<UInt8>, at index: inout Int, mark: UInt8? = UInt8(ascii: ",")) -> Int32? {
        guard index < text.count, text[index] == UInt8(ascii: ".") || text[index] == mark else { return 0 }
        index &+= 1
        let start = index
        let last = min(text.count, start &+ 9)
        var nanoseconds: Int32 = 0
        while index < last, let digit = ASCII.digit(text[index]) {
            nanoseconds = nanoseconds &* 10 &+ Int32(digit)
            index &+= 1
        }
        guard index > start else { return nil }
        let scale = powers[9 &- (index &- start)]
        while index < text.count, ASCII.digit(text[index]) != nil { index &+= 1 }
        return nanoseconds &* scale
    }

    /// Those of ten, from the first up to a second's nanoseconds.
    private static let powers: InlineArray<9, Int32> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]

    /// Reads `Z`, `+hh:mm`, `+hhmm` or `+hh` from `index` to the end, one blank before it allowed: seconds east of UTC.
    static func offset(_ text: Span<UInt8>, at index: Int) -> Int? {
        var index = index
        if index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
        guard index < text.count else { return nil }
        let sign = text[index]
        if sign | 0x20 == UInt8(ascii: "z") { return index &+ 1 == text.count ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), text.count &- index >= 3,
            let hours = ASCII.twoDigits(text, index &+ 1), hours < 24
        else { return nil }
        index &+= 3
        var minutes = 0
        if index < text.count {
            if text[index] == UInt8(ascii: ":") { index &+= 1 }
            guard text.count &- index == 2, let given = ASCII.twoDigits(text, index), given < 60 else { return nil }
            minutes = given
        }
        let seconds = hours &* 3600 &+ minutes &* 60
        return sign == UInt8(ascii: "-") ? 0 &- seconds : seconds
    }
}
