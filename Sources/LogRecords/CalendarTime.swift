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

    /// The seconds of the years 0000 to 9999, which is what RFC 3339 can write.
    static let universalSeconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// The time in UTC, in the Gregorian calendar.
    ///
    /// - Parameter seconds: since 1970; nil is returned for a year that has not four digits.
    init?(universal seconds: Int64) {
        guard Self.universalSeconds.contains(seconds) else { return nil }
        // Counted from March of the year 0 on, so that a leap day is the last day of its year, and nothing is negative
        // but in the January and February before: 400 years, which is 146,097 days, are added for those.
        let secondsPerDay: Int64 = 86_400
        let shifted = Int(seconds - Self.universalSeconds.lowerBound)
        let clock = shifted % Int(secondsPerDay)
        let day = shifted / Int(secondsPerDay) + 146_097 - 60
        let era = day / 146_097
        let dayOfEra = day % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.init(
            year: yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1,
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60
        )
    }
}
