import Synchronization

/// Opens when it has been counted down to zero.
///
/// Asking whether it is open does not block.
package final class CountdownLatch: Sendable {
    private let missing: Atomic<Int>

    /// - Parameter count: how many calls of `countDown` open it.
    package init(_ count: Int) {
        missing = Atomic(count)
    }

    /// Counts one down.
    ///
    /// - Returns: whether this call opened the latch.
    @discardableResult
    package func countDown() -> Bool {
        missing.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }

    /// Whether the count has reached zero; then all that was done before each `countDown` is visible.
    package var isOpen: Bool { missing.load(ordering: .acquiring) <= 0 }
}
