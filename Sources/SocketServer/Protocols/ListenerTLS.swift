import Synchronization
package import TLS

/// The TLS of one listener, on all threads: its certificate can be replaced while it serves.
///
/// Sessions keep what they began with.
package final class ListenerTLS: Sendable {
    private let current: Mutex<TLSContext>

    package init(_ context: TLSContext) {
        current = Mutex(context)
    }

    /// Uses another certificate for the sessions that begin from now on.
    package func replace(with context: TLSContext) {
        current.withLock { $0 = context }
    }

    /// The certificate and the rules for new sessions.
    package var context: TLSContext { current.withLock { $0 } }
}
