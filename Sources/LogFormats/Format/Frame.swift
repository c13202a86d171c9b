/// One message as a framing cut it out of a stream.
package struct Frame: Sendable {
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
    /// Whether all that the place has is known to be printable ASCII (0x20 to 0x7E): what found its end has seen it all.
    package let isPlain: Bool

    package init(
        place: Place,
        length: Int,
        isMiscounted: Bool = false,
        limit: Int? = nil,
        isPlain: Bool = false
    ) {
        self.place = place
        self.length = length
        self.isMiscounted = isMiscounted
        self.limit = limit
        self.isPlain = isPlain
    }
}

extension Frame: Equatable {
    /// Compares all but what is known of the bytes, which depends on how the stream was split.
    package static func == (left: Frame, right: Frame) -> Bool {
        left.place == right.place && left.length == right.length && left.isMiscounted == right.isMiscounted
            && left.limit == right.limit
    }
}
