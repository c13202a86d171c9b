/// Cuts a stream of bytes into messages: a value without IO, which gives the same frames however the stream is split.
///
/// When `next` returns nil, the framing has kept the rest of the input, up to its limit.
package protocol Framing: Sendable {
    /// The incomplete message, or the bytes that the last frame's `buffered` place is a range of.
    var buffered: [UInt8] { get }

    /// Whether a message has begun and is not complete.
    var isWithinMessage: Bool { get }

    /// Returns the next message of the input, from `index` on; nil when all input has been taken.
    mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent?

    /// Ends a message that looks complete, when no more input is there for now.
    ///
    /// The caller repeats the call until it returns nil.
    mutating func pause() -> FramingEvent?

    /// Ends a message that is complete in all likelihood, when the stream has been silent for a while.
    ///
    /// The caller repeats the call until it returns nil.
    mutating func flushIdle() -> FramingEvent?

    /// Ends a message that has come as far as its ending, when it has been incomplete for too long.
    ///
    /// The caller repeats the call until it returns nil; what is left then is not complete.
    mutating func flushOverdue() -> FramingEvent?

    /// Ends the last message at the end of the stream.
    ///
    /// The caller repeats the call until it returns nil.
    mutating func end() -> FramingEvent?

    /// Releases memory that is kept for the next message, unless one has begun.
    mutating func releaseMemory()

    /// Returns what another framing needs to go on here: the message that has begun.
    ///
    /// To be called after the other calls have returned nil.
    ///
    /// - Returns: nil where no message can be found any more.
    func suspend() -> FramingState?

    /// Goes on where another framing of the same kind was; to be called before all others.
    ///
    /// - Parameter state: where the other one was.
    /// - Returns: false when it cannot: the state is not of such a framing, or parts of the message are missing that this
    ///   one would keep, as its limit is greater.
    mutating func resume(from state: FramingState) -> Bool
}

extension Framing {
    package var isWithinMessage: Bool { !buffered.isEmpty }

    package mutating func pause() -> FramingEvent? { nil }

    package mutating func flushIdle() -> FramingEvent? { pause() }

    package mutating func flushOverdue() -> FramingEvent? { flushIdle() }
}

/// A message, or a part of the stream that is malformed.
package enum FramingEvent: Equatable, Sendable {
    case frame(Frame)
    /// A message that is too long, or that the end of the stream cuts off.
    ///
    /// The place has its first bytes.
    case malformed(Frame, MessageError)
    /// No message can be found from here on: the caller closes the stream.
    ///
    /// The place has the bytes that show it.
    case broken(Frame, MessageError)
}
