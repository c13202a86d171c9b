import LogFormats

/// What a connection that takes in messages has besides.
struct StreamIntake {
    let format: LogFormat
    var framing: any Framing
    /// The bytes of unfinished messages that the loop has in its account for this connection.
    var heldBytes = 0
    /// Whether silence may yet end a message.
    var isUnsettled = false

    /// - Parameter limit: how many bytes of one message are kept.
    init(_ format: LogFormat, limit: Int) {
        self.format = format
        framing = format.makeFraming(limit: limit)
    }
}
