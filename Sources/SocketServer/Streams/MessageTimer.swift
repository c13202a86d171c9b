import Linux
import LogFormats
import LogRecords

/// Measures the time that a message of a stream takes from its first byte to its last.
struct MessageTimer {
    /// Nil: a message may take as long as it likes.
    private let timeout: Duration?
    /// When the message that is not complete began.
    private var begun: MonotonicTime?

    init(timeout: Duration?) {
        self.timeout = timeout
    }

    /// When the message that has begun should be complete; nil: there is none, or it has no limit.
    var due: MonotonicTime? {
        guard let begun, let timeout else { return nil }
        return begun + timeout
    }

    /// Why a message that is not complete by then is given up.
    var fault: MessageError {
        MessageError("the message was not complete within \(timeout?.secondsText ?? "") (message_timeout)", .incomplete)
    }

    /// Takes note of what a step of the stream has left.
    ///
    /// - Parameters:
    ///   - hasUnfinished: whether a message has begun and is not complete.
    ///   - isNew: whether it has begun in this step.
    ///   - now: the present time.
    mutating func note(hasUnfinished: Bool, isNew: Bool, at now: MonotonicTime) {
        if !hasUnfinished {
            begun = nil
        } else if begun == nil || isNew {
            begun = now
        }
    }

    /// The stream was not read until now: what has begun has all its time from now on.
    mutating func prolong(at now: MonotonicTime) {
        if begun != nil { begun = now }
    }
}
