import CSystemd
import Glibc
public import LogRecords

/// A date and time of day as people write it.
public struct CalendarTime: Sendable, Equatable {
    public var year = 1970
    /// 1 to 12.
    public var month = 1
    public var day = 1
    public var hour = 0
    public var minute = 0
    /// 0 to 60; 60 is a leap second.
    public var second = 0

    init() {}

    init(_ time: tm) {
        year = Int(time.tm_year) + 1900
        month = Int(time.tm_mon) + 1
        day = Int(time.tm_mday)
        hour = Int(time.tm_hour)
        minute = Int(time.tm_min)
        second = Int(time.tm_sec)
    }
}

/// The local and universal time of the last second asked for.
///
/// Records come many to a second, and localtime_r(3) takes a lock and costs more than all the rest of a line.
public struct CalendarCache: Sendable {
    private var localSecond: Int64?
    private var localTime = CalendarTime()
    private var universalSecond: Int64?
    private var universalTime = CalendarTime()

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

    public mutating func universal(_ time: WallTime) -> CalendarTime {
        if universalSecond != time.seconds {
            var seconds = time_t(time.seconds)
            var broken = tm()
            gmtime_r(&seconds, &broken)
            universalTime = CalendarTime(broken)
            universalSecond = time.seconds
        }
        return universalTime
    }
}
