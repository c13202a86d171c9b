import Glibc

/// A date and time of day as people write it, and as text.
package struct CalendarTime: Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    /// 0 to 60; 60 is a leap second.
    package let second: Int
    /// `2023-09-04 12:00:00,000000Z`, kept because many records share a second.
    let text: InlineArray<27, UInt8>

    init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        var text = InlineArray<27, UInt8>(repeating: UInt8(ascii: "0"))
        Timestamp.setTwoDigits(&text, at: 0, to: year / 100)
        Timestamp.setTwoDigits(&text, at: 2, to: year % 100)
        text[4] = UInt8(ascii: "-")
        Timestamp.setTwoDigits(&text, at: 5, to: month)
        text[7] = UInt8(ascii: "-")
        Timestamp.setTwoDigits(&text, at: 8, to: day)
        text[10] = UInt8(ascii: " ")
        Timestamp.setTwoDigits(&text, at: 11, to: hour)
        text[13] = UInt8(ascii: ":")
        Timestamp.setTwoDigits(&text, at: 14, to: minute)
        text[16] = UInt8(ascii: ":")
        Timestamp.setTwoDigits(&text, at: 17, to: second)
        text[19] = UInt8(ascii: ",")
        text[26] = UInt8(ascii: "Z")
        self.text = text
    }

    init(_ time: tm) {
        self.init(
            year: Int(time.tm_year) + 1900,
            month: Int(time.tm_mon) + 1,
            day: Int(time.tm_mday),
            hour: Int(time.tm_hour),
            minute: Int(time.tm_min),
            second: Int(time.tm_sec)
        )
    }

    /// Makes the time in UTC; nil for a year that has not four digits.
    ///
    /// - Parameter seconds: since 1970-01-01 00:00:00 UTC.
    init?(universal seconds: Int64) {
        guard CivilCalendar.seconds.contains(seconds) else { return nil }
        let clock = Int(seconds - CivilCalendar.seconds.lowerBound) % 86_400
        let day = (Int(seconds) - clock) / 86_400
        let date = CivilCalendar.date(fromDays: day)
        self.init(
            year: date.year,
            month: date.month,
            day: date.day,
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60
        )
    }
}
