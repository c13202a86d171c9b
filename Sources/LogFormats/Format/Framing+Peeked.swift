/// Messages of input that has been peeked at: what is not taken comes again, with more after it.
extension Framing {
    /// As `next`, but takes nothing of a message that is not complete.
    ///
    /// - Parameters:
    ///   - input: what was peeked at.
    ///   - index: where to look, and where to look next. When nil is returned, what lies before it is taken, and the rest
    ///     comes again.
    ///   - maxLeft: the most bytes that may come again; a longer rest is taken.
    ///   - closing: how a message may end whose end does not show in the input.
    /// - Returns: the next message; nil where no other one is complete.
    package mutating func nextPeeked(
        in input: Span<UInt8>,
        from index: inout Int,
        maxLeft: Int,
        _ closing: PeekClosing
    ) -> FramingEvent? {
        // Gives up the message that was delivered last, which is not to be gone back to.
        var none = 0
        if let event = next(in: Span(), from: &none) { return event }
        let (before, first) = (self, index)
        if let event = next(in: input, from: &index) ?? close(closing) { return event }
        let hasKept = first < input.count && !buffered.isEmpty
        if hasKept, input.count &- first <= maxLeft { (self, index) = (before, first) }
        return nil
    }

    private mutating func close(_ closing: PeekClosing) -> FramingEvent? {
        switch closing {
        case .nothing: nil
        case .pause: pause()
        case .silence: flushIdle()
        }
    }
}

/// How a message may end whose end does not show in the input that was peeked at.
package enum PeekClosing: Sendable {
    /// There is more than was peeked at.
    case nothing
    /// That was all for now; see `Framing.pause`.
    case pause
    /// Nothing more has come for a while; see `Framing.flushIdle`.
    case silence
}
