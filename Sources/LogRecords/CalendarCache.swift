import Glibc

/// The local and universal time of the last second asked for.
///
/// Not to be used by two threads.
/// Records come many to a second, and localtime_r(3) takes a lock and costs more than all the rest of a line.
package struct CalendarCache: Sendable {
    private static let epoch = CalendarTime(year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0)

    private var localSecond: Int64?
    private var localTime = epoch
    private var localOffset = 0
    private var universalSecond: Int64?
    private var universalTime = epoch
    private var claimedSecond: Int64?
    private var claimedTime: CalendarTime? = epoch

    package init() {}

    /// The time in the host's zone.
    package mutating func local(_ time: WallTime) -> CalendarTime {
        if localSecond != time.seconds { readLocal(time.seconds) }
        return localTime
    }

    /// Seconds that the host's zone is east of UTC at the time.
    package mutating func secondsFromUTC(at time: WallTime) -> Int {
        if localSecond != time.seconds { readLocal(time.seconds) }
        return localOffset
    }

    private mutating func readLocal(_ second: Int64) {
        var seconds = time_t(second)
        var broken = tm()
        localOffset = localtime_r(&seconds, &broken) == nil ? 0 : broken.tm_gmtoff
        localTime = CalendarTime(broken)
        localSecond = second
    }

    /// The time in UTC; a year beyond 0000 to 9999, which no clock shows, is the nearest of these.
    package mutating func universal(_ time: WallTime) -> CalendarTime {
        if universalSecond != time.seconds {
            let range = CivilCalendar.seconds
            let seconds = min(max(time.seconds, range.lowerBound), range.upperBound)
            universalTime = CalendarTime(universal: seconds) ?? Self.epoch
            universalSecond = time.seconds
        }
        return universalTime
    }

    /// The time in UTC that a sender claims; nil for a year that has not four digits.
    package mutating func claimed(_ time: WallTime) -> CalendarTime? {
        if claimedSecond != time.seconds {
            claimedTime = CalendarTime(universal: time.seconds)
            claimedSecond = time.seconds
        }
        return claimedTime
    }
}
