import Foundation
import Linux
import Synchronization

/// Clients of the hello protocol on several threads, one after the other on each, with their outcomes.
package final class HelloLoad: Sendable {
    package struct Outcome: Sendable {
        /// The texts, each unique, of clients that got the whole answer.
        package var answered: [String] = []
        /// Why others did not.
        package var failures: [String] = []
        fileprivate var running = 0
    }

    /// The state that the threads share; they do not keep the load itself alive.
    private final class State: Sendable {
        let outcome = Mutex(Outcome())
        let isStopping = Atomic<Bool>(false)
    }

    private let state = State()

    package init(at address: String, threads: Int = 4) {
        state.outcome.withLock { $0.running = threads }
        for number in 0..<threads {
            Thread { [state] in Self.run(number, at: address, state) }.start()
        }
    }

    deinit {
        state.isStopping.store(true, ordering: .relaxed)
    }

    package var answered: Int { state.outcome.withLock { $0.answered.count } }

    /// Waits until so many more were answered.
    package func hasAnswered(more count: Int) -> Bool {
        let wanted = answered + count
        return eventually { answered >= wanted }
    }

    /// Lets the clients that are under way end, and no new one begin.
    ///
    /// - Returns: nil when one has not ended at the deadline.
    package func stop() -> Outcome? {
        state.isStopping.store(true, ordering: .relaxed)
        let hasEnded = eventually(within: .seconds(60)) { state.outcome.withLock { $0.running == 0 } }
        return hasEnded ? state.outcome.withLock { $0 } : nil
    }

    private static func run(_ thread: Int, at address: String, _ state: State) {
        let run = UUID().uuidString.prefix(8)
        var number = 0
        while !state.isStopping.load(ordering: .relaxed) {
            number += 1
            let token = "token-\(run)-\(thread)-\(number)."
            do {
                let client = try TestSocket(to: address)
                try client.send(token)
                let answer = try client.receiveToEnd()
                state.outcome.withLock { outcome in
                    if answer == "Hello, client!" {
                        outcome.answered.append(token)
                    } else {
                        outcome.failures.append("got \"\(answer)\"")
                    }
                }
            } catch {
                state.outcome.withLock { $0.failures.append("\(error)") }
                // It may be gone for good: do not turn this into a busy loop.
                usleep(10_000)
            }
        }
        state.outcome.withLock { $0.running -= 1 }
    }
}
