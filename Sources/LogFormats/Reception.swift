package import LogRecords

/// What a parser is told beside the message's bytes: it has no clock of its own.
package struct Reception: Sendable {
    /// When the message was received.
    package var time: WallTime
    /// The host's time zone then, in seconds east of UTC, for times that name none.
    package var secondsFromUTC: Int

    package init(time: WallTime, secondsFromUTC: Int) {
        self.time = time
        self.secondsFromUTC = secondsFromUTC
    }
}
