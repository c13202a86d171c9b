import LogRecords
import Testing

@Suite struct CivilCalendarTests {
    @Test func everyDayOfTheCalendar() {
        var days = -719_528
        for year in 0...9999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    let civil = CivilCalendar.date(fromDays: days)
                    guard
                        CivilCalendar.days(toYear: year, month: month + 1, day: day) != days
                            || civil != (year, month + 1, day)
                    else {
                        days += 1
                        continue
                    }
                    Issue.record("\(year)-\(month + 1)-\(day) is \(civil)")
                    return
                }
                #expect(CivilCalendar.days(toYear: year, month: month + 1, day: length + 1) == nil)
            }
        }
        #expect(days == 2_932_897)
        #expect(CivilCalendar.days(toYear: 1970, month: 1, day: 1) == 0)
        #expect(CivilCalendar.date(fromDays: .max).year == 9999)
        #expect(CivilCalendar.date(fromDays: .min).year == 0)
        #expect(CivilCalendar.days(toYear: .max, month: .max, day: .max) == nil)
    }
}
