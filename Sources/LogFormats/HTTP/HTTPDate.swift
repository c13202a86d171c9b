import LogRecords

/// The time format of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
enum HTTPDate {
    private static let days: [StaticString] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func append(_ time: WallTime, to output: inout [UInt8]) {
        let secondsOfDay = 86_400
        let seconds = Int(min(max(time.seconds, 0), CivilCalendar.seconds.upperBound))
        let day = seconds / secondsOfDay
        let date = CivilCalendar.date(fromDays: day)
        // 1970-01-01 was a Thursday.
        output.append(days[day % 7])
        output.append(", ")
        output.append(decimal: date.day, width: 2)
        output.append(" ")
        output.append(months[date.month - 1])
        output.append(" ")
        output.append(decimal: date.year, width: 4)
        output.append(" ")
        let rest = seconds % secondsOfDay
        output.append(decimal: rest / 3600, width: 2)
        output.append(":")
        output.append(decimal: rest / 60 % 60, width: 2)
        output.append(":")
        output.append(decimal: rest % 60, width: 2)
        output.append(" GMT")
    }
}
