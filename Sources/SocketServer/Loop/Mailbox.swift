import Linux
import Synchronization

/// Tasks that other threads leave for the thread that owns the mailbox, and a way to wake it.
final class Mailbox<Owner>: EventSource, Sendable {
    private let waker = Waker()
    private let tasks = Mutex<[@Sendable (Owner) -> Void]>([])

    /// Readable when there is something in it, for `Poller`.
    var descriptor: Int32 { waker.descriptor }

    /// Wakes the owner's thread.
    func wake() {
        waker.wake()
    }

    /// Runs a task on the owner's thread, after those that were left before.
    func execute(_ task: @escaping @Sendable (Owner) -> Void) {
        tasks.withLock { $0.append(task) }
        waker.wake()
    }

    func ready(_ readiness: Readiness) {
        waker.drain()
    }

    /// Runs the tasks that were left so far; to be called on the owner's thread.
    func runTasks(on owner: Owner) {
        let waiting = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in waiting { task(owner) }
    }
}
