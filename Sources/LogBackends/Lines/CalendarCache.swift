import CLinux
import Glibc
public import LogRecords

/// The local and universal time of the last second asked for.
///
/// Records come many to a second, and localtime_r(3) takes a lock and costs more than all the rest of a line.
public struct CalendarCache: Sendable {
    private static let epoch = CalendarTime(year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0)

    private var localSecond: Int64?
    private var localTime = epoch
    private var universalSecond: Int64?
    private var universalTime = epoch
    private var claimedSecond: Int64?
    private var claimedTime: CalendarTime? = epoch

    public init() {}

    public mutating func local(_ time: WallTime) -> CalendarTime {
        if localSecond != time.seconds {
            var seconds = time_t(time.seconds)
            var broken = tm()
            localtime_r(&seconds, &broken)
            localTime = CalendarTime(broken)
            localSecond = time.seconds
        }
        return localTime
    }

    /// The time in UTC; a year beyond 0000 to 9999, which no clock shows, is the nearest of these.
    public mutating func universal(_ time: WallTime) -> CalendarTime {
        if universalSecond != time.seconds {
            let range = CalendarTime.universalSeconds
            let seconds = min(max(time.seconds, range.lowerBound), range.upperBound)
            universalTime = CalendarTime(universal: seconds) ?? Self.epoch
            universalSecond = time.seconds
        }
        return universalTime
    }

    /// The time in UTC that a sender claims; nil for a year that has not four digits.
    mutating func claimed(_ time: WallTime) -> CalendarTime? {
        if claimedSecond != time.seconds {
            claimedTime = CalendarTime(universal: time.seconds)
            claimedSecond = time.seconds
        }
        return claimedTime
    }
}
