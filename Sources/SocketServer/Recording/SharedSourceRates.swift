import Linux
import Synchronization

/// The rates of one listener's sources, on all threads; asked once a turn of a connection, and not once a message.
final class SharedSourceRates: Sendable {
    /// The most bytes that one receive should take.
    let receiveLimit: Int
    private let rates: Mutex<SourceRates>

    init(_ rates: SourceRates) {
        receiveLimit = rates.receiveLimit
        self.rates = Mutex(rates)
    }

    /// Whether a source may send anything now.
    func admits(_ source: Source, at now: MonotonicTime) -> Bool {
        rates.withLock { $0.admits(source, messages: 1, bytes: 1, at: now) }
    }

    /// Takes note of what a source has sent.
    func take(_ source: Source, messages: Int, bytes: Int, at now: MonotonicTime) {
        rates.withLock { $0.take(source, messages: messages, bytes: bytes, at: now) }
    }
}
