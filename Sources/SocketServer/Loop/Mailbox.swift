import LogBackends
import Synchronization

/// What other threads leave for the thread that owns it: tasks, and the wish that it wakes up.
final class Mailbox<Owner>: EventSource, Sendable {
    private let bell = Bell()
    private let tasks = Mutex<[@Sendable (Owner) -> Void]>([])

    /// Readable when there is something in it, for `Poller`.
    var descriptor: Int32 { bell.descriptor }

    /// Wakes the owner's thread.
    func wake() {
        bell.ring()
    }

    /// Runs a task on the owner's thread, after those that were left before.
    func execute(_ task: @escaping @Sendable (Owner) -> Void) {
        tasks.withLock { $0.append(task) }
        bell.ring()
    }

    func ready(_ readiness: Readiness) {
        bell.reset()
    }

    /// Runs what was left so far. On the owner's thread.
    func runTasks(on owner: Owner) {
        let waiting = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in waiting { task(owner) }
    }
}
