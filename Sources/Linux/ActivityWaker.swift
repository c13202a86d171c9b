import Synchronization

/// Wakes one thread, when it has asked for it, as soon as another one has done something.
package final class ActivityWaker: Sendable {
    private let waker = Waker()
    private let isAwaited = Atomic<Bool>(false)

    package init() {}

    /// Says that something was done.
    ///
    /// Where no thread waits for that, it costs no system call.
    package func note() {
        // What was done is seen by a thread that has not seen this call: it looks after it has asked.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        guard isAwaited.load(ordering: .relaxed), isAwaited.exchange(false, ordering: .relaxed) else { return }
        waker.wake()
    }

    /// Asks for the next activity.
    ///
    /// The caller then looks at what was done so far, and only then waits.
    package func ask() {
        isAwaited.store(true, ordering: .relaxed)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// Sleeps until the activity that was asked for, until the other descriptor is readable, or until the time, if any, is
    /// over.
    package func wait(_ time: Duration?, orReadable other: Int32) {
        waker.wait(time, orReadable: other)
        isAwaited.store(false, ordering: .relaxed)
    }
}
