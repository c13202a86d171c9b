import CSystemd
import Glibc
import Systemd

/// Wakes a sleeping thread from another one; rings that come while it is awake are not lost. See eventfd(2).
package final class Bell: Sendable {
    /// For poll(2): readable when the bell was rung.
    package let descriptor: Int32

    package init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        // Without descriptors a daemon cannot even start; nobody outside can bring this about.
        precondition(descriptor >= 0, "cannot make an eventfd: \(Errno.last)")
    }

    deinit {
        close(descriptor)
    }

    package func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Takes back all rings so far.
    package func reset() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    /// Sleeps until the bell is rung or the time is over; nil sleeps for ever.
    package func wait(_ time: Duration?) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&entry, 1, time?.pollMilliseconds ?? -1) > 0 {
            reset()
        }
    }
}

extension Duration {
    /// For poll(2), rounded up so that a wait is never too short.
    package var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
