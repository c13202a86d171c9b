import CLinux
import Glibc

/// Wakes a thread that sleeps, from another thread; a call while it is awake counts for its next sleep. See eventfd(2).
package final class Waker: Sendable {
    /// For poll(2): readable after `wake`.
    package let descriptor: Int32

    package init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        // Made at startup only: a process without a free descriptor cannot begin to serve, and no peer can cause this.
        precondition(descriptor >= 0, "cannot make an eventfd: \(Errno.last)")
    }

    deinit {
        close(descriptor)
    }

    package func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Forgets all calls of `wake` so far.
    package func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    /// Sleeps until `wake` is called, the other descriptor is readable, or the time is over; nil: without a limit.
    package func wait(_ time: Duration?, orReadable other: Int32? = nil) {
        // poll(2) leaves out negative descriptors.
        let events = Int16(POLLIN)
        var entries: InlineArray<2, pollfd> = [
            pollfd(fd: descriptor, events: events, revents: 0), pollfd(fd: other ?? -1, events: events, revents: 0),
        ]
        var span = entries.mutableSpan
        // The pointer does not leave the call.
        let count = span.withUnsafeMutableBufferPointer { poll($0.baseAddress, 2, time?.pollMilliseconds ?? -1) }
        if count > 0, entries[0].revents != 0 { drain() }
    }
}
