import Glibc

/// A moment on the wall clock: seconds and nanoseconds since 1970-01-01 00:00:00 UTC.
public struct WallTime: Sendable, Equatable {
    /// Whole seconds, rounded down.
    public var seconds: Int64
    /// 0 to 999,999,999.
    public var nanoseconds: Int32

    /// Makes a moment.
    public init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Now, by `CLOCK_REALTIME`.
    public static var now: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(seconds: Int64(time.tv_sec), nanoseconds: Int32(truncatingIfNeeded: time.tv_nsec))
    }

    /// The nanoseconds in whole milliseconds.
    public var milliseconds: Int { Int(nanoseconds) / 1_000_000 }
    /// The nanoseconds in whole microseconds.
    public var microseconds: Int { Int(nanoseconds) / 1000 }
}
