/// Cuts a stream of bytes into messages: a value without IO, which gives the same frames however the stream is split.
///
/// What is left of the input when `next` returns nil is kept, up to the limit that the framing was made with.
package protocol Framing: Sendable {
    /// The message that is not complete, or what the last frame lies in.
    var buffered: [UInt8] { get }

    /// Takes the next message out of the input, from `index` on; nil when all input is taken.
    mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent?

    /// Nothing more has come for now: what ends only as far as one can tell ends here. To be called until it is nil.
    mutating func pause() -> FramingEvent?

    /// Nothing has come for a while: what ends in all likelihood ends here. To be called until it is nil.
    mutating func flushIdle() -> FramingEvent?

    /// The stream has ended, and with it the message that was begun. To be called until it is nil.
    mutating func end() -> FramingEvent?
}

extension Framing {
    package mutating func pause() -> FramingEvent? { nil }

    package mutating func flushIdle() -> FramingEvent? { pause() }
}

/// What a framing found.
package enum FramingEvent: Equatable, Sendable {
    case frame(Frame)
    /// A message that is refused: too long, or cut off by the end of the stream. The place shows its beginning.
    case malformed(Frame, MessageError)
    /// The stream makes no sense from here on, and should be closed. The place shows where.
    case broken(Frame, MessageError)
}
