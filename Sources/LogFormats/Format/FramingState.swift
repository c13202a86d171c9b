/// Where a framing is in its stream: the message that has begun.
package struct FramingState: Equatable, Sendable {
    /// The bytes of the message that are kept.
    package var bytes: [UInt8]
    /// What the bytes do not show; the meaning is the framing's own.
    package var numbers: [Int]

    /// - Parameters:
    ///   - bytes: the bytes of the message that are kept.
    ///   - numbers: what the bytes do not show.
    package init(bytes: [UInt8] = [], numbers: [Int] = []) {
        self.bytes = bytes
        self.numbers = numbers
    }
}
