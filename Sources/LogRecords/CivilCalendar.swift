/// The Gregorian calendar in UTC, for the years 0000 to 9999: those that RFC 3339 can write.
package enum CivilCalendar {
    /// Seconds since 1970-01-01 00:00:00 UTC from the first to the last second of these years.
    package static var seconds: ClosedRange<Int64> { -62_167_219_200...253_402_300_799 }

    /// Days since 1970-01-01 from the first to the last day of these years.
    package static var days: ClosedRange<Int> { -719_528...2_932_896 }

    // Both ways count years from March on, so that a leap day is the last day of its year. 400 years have 146,097
    // days; 4800 years, which end 2,472,632 days before 1970, keep everything positive.

    /// Counts the days from 1970-01-01 to a day; nil where the calendar has no such day.
    package static func days(toYear year: Int, month: Int, day: Int) -> Int? {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1, day <= length(ofMonth: month, in: year)
        else { return nil }
        let shifted = year &+ 4800 &- (month <= 2 ? 1 : 0)
        let dayOfYear = (153 &* (month &+ (month <= 2 ? 9 : -3)) &+ 2) / 5 &+ day &- 1
        return 365 &* shifted &+ shifted / 4 &- shifted / 100 &+ shifted / 400 &+ dayOfYear &- 2_472_632
    }

    /// Returns the date that lies a number of days after 1970-01-01; outside `days` the nearest date within.
    package static func date(fromDays number: Int) -> (year: Int, month: Int, day: Int) {
        let sinceMarch = min(max(number, days.lowerBound), days.upperBound) &+ 2_472_632
        let era = sinceMarch / 146_097
        let dayOfEra = sinceMarch % 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let month = (5 &* dayOfYear &+ 2) / 153
        let isNextYear = month >= 10
        return (
            era &* 400 &+ yearOfEra &- 4800 &+ (isNextYear ? 1 : 0), isNextYear ? month &- 9 : month &+ 3,
            dayOfYear &- (153 &* month &+ 2) / 5 &+ 1
        )
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
