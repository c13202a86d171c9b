import CLinux
import Glibc

/// Wakes a sleeping thread from another thread; see eventfd(2).
///
/// A call while the thread is awake ends its next sleep at once.
package final class Waker: Sendable {
    /// A descriptor for poll(2), readable after `wake`.
    package let descriptor: Int32

    package init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        // Made only at startup: without a free descriptor the process cannot serve, and no peer can cause this.
        precondition(descriptor >= 0, "cannot make an eventfd: \(Errno.last)")
    }

    deinit {
        close(descriptor)
    }

    package func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Discards all calls of `wake` so far.
    package func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    /// Sleeps until `wake` is called, the other descriptor is readable, or the time, if any, is over.
    package func wait(_ time: Duration?, orReadable other: Int32? = nil) {
        // poll(2) ignores negative descriptors.
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
