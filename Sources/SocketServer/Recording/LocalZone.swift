import CLinux
import Glibc
import LogRecords

/// The host's time zone, asked for once a second.
struct LocalZone {
    private var second: Int64?
    private var offset = 0

    /// Seconds east of UTC at a time; see localtime_r(3).
    mutating func secondsFromUTC(at time: WallTime) -> Int {
        guard time.seconds != second else { return offset }
        second = time.seconds
        var seconds = time_t(time.seconds)
        var parts = tm()
        offset = localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff
        return offset
    }
}
