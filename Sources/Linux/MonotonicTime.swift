import CLinux
import Glibc

/// A point in time of `CLOCK_MONOTONIC`, in nanoseconds; see clock_gettime(2).
package struct MonotonicTime: Comparable, Sendable {
    /// Nanoseconds since an unspecified point in the past.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Before all others.
    package static let distantPast = MonotonicTime(nanoseconds: 0)

    package static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    package static func < (lhs: MonotonicTime, rhs: MonotonicTime) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    package static func - (lhs: MonotonicTime, rhs: MonotonicTime) -> Duration {
        .nanoseconds(lhs.nanoseconds &- rhs.nanoseconds)
    }

    /// The time so much later; the last one that there is where that is beyond it.
    package static func + (lhs: MonotonicTime, rhs: Duration) -> MonotonicTime {
        let (sum, isBeyond) = lhs.nanoseconds.addingReportingOverflow(rhs.wholeNanoseconds)
        return MonotonicTime(nanoseconds: isBeyond ? .max : sum)
    }
}
