import Foundation

/// Waits until the condition holds, asking every few milliseconds.
///
/// - Returns: false when it did not come to hold before the deadline. A deadline is there to end a failing test: a
///   passing one never waits for it.
package func eventually(within limit: Duration = .seconds(20), _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
        if try condition() { return true }
        if ContinuousClock.now >= deadline { return false }
        usleep(5000)
    }
}
