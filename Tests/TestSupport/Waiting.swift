import Foundation

/// Waits until the condition holds, asking every few milliseconds.
///
/// - Returns: false when it did not come to hold before the deadline. A deadline is there to end a failing test: a
///   passing one never waits for it.
package func eventually(within limit: Duration = .seconds(20), _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
        // A check may take longer than the limit, as when the end of a command is seen late: one begins after it.
        let isLast = ContinuousClock.now >= deadline
        if try condition() { return true }
        if isLast { return false }
        usleep(5000)
    }
}
