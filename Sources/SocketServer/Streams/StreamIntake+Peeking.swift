import Linux
import LogFormats
import LogRecords

/// Where memory is scarce, the beginning of a message is left with the kernel.
///
/// The kernel's buffer of a socket is there anyway, and bytes that stay in it need no memory of the process. So many
/// strangers that each begin a message do not use up what others need.
extension StreamIntake {
    /// The longest beginning of a message that is left with the kernel: each look goes through all of it again.
    static let maxLeft = 16 << 10

    /// Whether the beginning of a message may be left, rather than held together with what is held of it already.
    var mayLeave: Bool { reserved <= Self.maxLeft }

    /// Records the messages that are complete in bytes that were peeked at.
    ///
    /// - Parameters:
    ///   - input: the bytes.
    ///   - closing: how messages may end.
    ///   - maxLeft: the most bytes that may be left with the kernel.
    ///   - now: the present time.
    ///   - observer: learns when the output rejects one of the records.
    /// - Returns: what became of the messages, and how many of the bytes are to be taken from the kernel. The others are
    ///   to be given again, with those that come after them.
    func look(
        at input: Span<UInt8>,
        _ closing: PeekClosing,
        maxLeft: Int,
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) -> (outcome: Outcome, taken: Int) {
        let position = messages.position
        defer { if messages.position != position { lastPosition = messages.position } }
        guard !isForeign(input) else { return (.broken, input.count) }
        // What is left needs none.
        framing.releaseMemory()
        var sink = MessageSink(reader, origin, messages, observer)
        var taken = 0
        let isBroken = Self.takeMessages(&framing, closing, maxLeft: maxLeft, input, from: &taken, &sink)
        if isBroken { taken = input.count }
        messages.countInput(taken)
        leftCount = input.count &- taken
        if closing != .nothing { awaitsSilence = closing == .pause && hasUnfinished }
        return (finish(sink, isBroken: isBroken, at: now), taken)
    }

    private static func takeMessages(
        _ framing: inout some Framing,
        _ closing: PeekClosing,
        maxLeft: Int,
        _ input: Span<UInt8>,
        from index: inout Int,
        _ sink: inout MessageSink
    ) -> Bool {
        while let event = framing.nextPeeked(in: input, from: &index, maxLeft: maxLeft, closing) {
            if sink.take(event, input, framing.buffered) { return true }
        }
        return false
    }
}
