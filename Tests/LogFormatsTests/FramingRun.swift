import LogFormats

/// The events of a framing, in a form to compare.
struct FramingRun: Equatable {
    struct Message: Equatable, CustomStringConvertible {
        var content: [UInt8]
        var length: Int

        init(_ content: [UInt8], length: Int? = nil) {
            self.content = content
            self.length = length ?? content.count
        }

        var description: String { "\(String(decoding: content, as: UTF8.self).debugDescription) of \(length)" }
    }

    private(set) var messages: [Message] = []
    /// The most bytes that were buffered.
    private(set) var maxBuffered = 0

    /// Gives all of `piece` to the framing, and collects its events.
    mutating func receive(_ piece: [UInt8], in framing: inout some Framing) {
        var index = 0
        while let event = framing.next(in: piece.span, from: &index) {
            take(event, of: piece, framing)
        }
        maxBuffered = max(maxBuffered, framing.buffered.count)
        precondition(index == piece.count, "a framing takes all input")
    }

    mutating func pause(_ framing: inout some Framing) {
        while let event = framing.pause() { take(event, of: [], framing) }
    }

    mutating func flushIdle(_ framing: inout some Framing) {
        while let event = framing.flushIdle() { take(event, of: [], framing) }
    }

    mutating func flushOverdue(_ framing: inout some Framing) {
        while let event = framing.flushOverdue() { take(event, of: [], framing) }
    }

    mutating func end(_ framing: inout some Framing) {
        while let event = framing.end() { take(event, of: [], framing) }
    }

    /// All of the pieces, and the stream's end.
    static func of(_ pieces: [[UInt8]], _ framing: some Framing) -> FramingRun {
        var framing = framing
        var run = FramingRun()
        for piece in pieces { run.receive(piece, in: &framing) }
        run.end(&framing)
        return run
    }

    mutating func take(_ event: FramingEvent, of piece: [UInt8], _ framing: some Framing) {
        maxBuffered = max(maxBuffered, framing.buffered.count)
        guard case .frame(let frame) = event else { return }
        switch frame.place {
        case .input(let range): messages.append(Message(Array(piece[range]), length: frame.length))
        case .buffered(let range): messages.append(Message(Array(framing.buffered[range]), length: frame.length))
        }
    }
}
