package import LogRecords

/// What a parser is told beside the message's bytes: it has no clock of its own.
package struct ReceiveContext: Sendable {
    /// When the message was received.
    package var time: WallTime
    /// The host's time zone then, in seconds east of UTC, for times that name none.
    package var secondsFromUTC: Int
    /// Whether the count before the message was wrong.
    package private(set) var isMiscounted = false
    /// How many bytes of the message are kept, where it has more; else nil.
    package private(set) var limit: Int?

    package init(time: WallTime, secondsFromUTC: Int) {
        self.time = time
        self.secondsFromUTC = secondsFromUTC
    }

    /// The same of one message, as a framing cut it out.
    package func of(_ frame: Frame) -> ReceiveContext {
        guard frame.isMiscounted || frame.limit != nil else { return self }
        var result = self
        result.isMiscounted = frame.isMiscounted
        result.limit = frame.limit
        return result
    }
}
