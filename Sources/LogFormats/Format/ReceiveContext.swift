package import LogRecords

/// When and where a message was received: parsers have no clock.
package struct ReceiveContext: Sendable {
    /// When the message was received.
    package var time: WallTime
    /// The host's time zone at that time, in seconds east of UTC, for times that name none.
    package var secondsFromUTC: Int
    /// Whether the count before the message was wrong.
    package private(set) var isMiscounted = false
    /// The number of bytes that are kept of a longer message; nil where the message is not longer.
    package private(set) var limit: Int?
    /// Whether the message is known to be printable ASCII.
    package private(set) var isPlain = false

    package init(time: WallTime, secondsFromUTC: Int) {
        self.time = time
        self.secondsFromUTC = secondsFromUTC
    }

    /// Returns the context of one message that a framing has found.
    package func of(_ frame: Frame) -> ReceiveContext {
        var result = self
        result.isPlain = frame.isPlain
        result.isMiscounted = frame.isMiscounted
        result.limit = frame.limit
        return result
    }
}
