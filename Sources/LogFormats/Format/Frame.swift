/// One message as a framing cut it out of a stream.
package struct Frame: Equatable, Sendable {
    package enum Place: Equatable, Sendable {
        /// A range of the input that was given.
        case input(Range<Int>)
        /// A range of the framing's `buffered`: the message came in more than one piece.
        ///
        /// Valid until the next call.
        case buffered(Range<Int>)
    }

    package let place: Place
    /// The message's size as sent, in bytes; more than the place has when the message was too long and is cut.
    package let length: Int
    /// Whether the count before it was wrong, and its end had to be found.
    package let isMiscounted: Bool
    /// How many bytes of a message are kept, where the place has more of it; else nil.
    package let limit: Int?

    package init(place: Place, length: Int, isMiscounted: Bool = false, limit: Int? = nil) {
        self.place = place
        self.length = length
        self.isMiscounted = isMiscounted
        self.limit = limit
    }
}
