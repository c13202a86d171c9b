import LogRecords

/// Messages that end with a byte: lines of text, or GELF over TCP.
///
/// Empty messages are skipped. A message above the limit is one frame, cut to the limit, with its true length. At the
/// end of the stream the last message needs no ending.
package struct LineFraming: Framing {
    package enum Endings: Sendable {
        /// LF, before which CR is not part of the message, or NUL.
        case newlineOrNull
        /// NUL; or LF after a complete JSON object, as some GELF senders write it.
        case nullOrObject
    }

    private let limit: Int
    private let endings: Endings
    /// The beginning of the message that is not complete: never more than the limit.
    private var buffer = ReassemblyBuffer()
    /// How many bytes of that message have come.
    private var length = 0
    /// Whether the last of them is CR, which may lie beyond the limit.
    private var endsInReturn = false
    /// Of the message that is not complete, where LF alone does not end messages.
    private var object = ObjectScan()

    package var buffered: [UInt8] { buffer.bytes }

    /// Makes the framing of one stream.
    ///
    /// - Parameters:
    ///   - limit: the longest message, in bytes.
    ///   - endings: which bytes end a message.
    package init(limit: Int, endings: Endings) {
        self.limit = max(0, limit)
        self.endings = endings
    }

    package mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        buffer.discardDelivered()
        while index < input.count {
            let start = index
            // One search for the first byte that is not printable ASCII, which is the end of most messages.
            let plainEnd = ASCIIRun.end(in: input, from: start)
            var end = isEnding(in: input, at: plainEnd) ? plainEnd : LineEnd.first(in: input, from: plainEnd)
            if endings == .nullOrObject { end = endOfObject(in: input, from: start, first: end) }
            guard end < input.count else {
                take(input.extracting(start..<end))
                index = end
                return nil
            }
            index = end &+ 1
            let isLine = input[end] == UInt8(ascii: "\n")
            if endings == .nullOrObject {
                let isBlank = isLine && object.isEmpty
                object = ObjectScan()
                if isBlank {
                    _ = complete(0)
                    buffer.discardDelivered()
                    continue
                }
            }
            if length == 0 {
                let hasReturn = isLine && end > start && input[end &- 1] == UInt8(ascii: "\r")
                let count = end &- start &- (hasReturn ? 1 : 0)
                guard count > 0 else { continue }
                let place = Frame.Place.input(start..<(start &+ min(count, limit)))
                return .frame(Frame(place: place, length: count, isPlain: start &+ count == plainEnd))
            }
            take(input.extracting(start..<end))
            if let frame = complete(length &- (isLine && endsInReturn ? 1 : 0)) { return .frame(frame) }
            buffer.discardDelivered()
        }
        return nil
    }

    package mutating func pause() -> FramingEvent? {
        buffer.discardDelivered()
        return nil
    }

    package mutating func end() -> FramingEvent? {
        buffer.discardDelivered()
        guard length > 0, let frame = complete(length) else { return nil }
        return .frame(frame)
    }

    package mutating func releaseMemory() {
        buffer.releaseMemory()
    }

    private func isEnding(in input: Span<UInt8>, at index: Int) -> Bool {
        index < input.count && (input[index] == LineEnd.newline || input[index] == 0)
    }

    private mutating func take(_ part: Span<UInt8>) {
        guard part.count > 0 else { return }
        buffer.append(part.extracting(..<min(part.count, limit &- buffered.count)), maxCapacity: limit)
        length &+= part.count
        endsInReturn = part[part.count &- 1] == UInt8(ascii: "\r")
    }

    /// Delivers the buffered message; nil when the message is empty.
    private mutating func complete(_ count: Int) -> Frame? {
        length = 0
        endsInReturn = false
        buffer.deliver()
        return count > 0 ? Frame(place: .buffered(0..<min(count, buffered.count)), length: count) : nil
    }

    /// Returns where the message ends whose first NUL or LF from `start` on is at `first`.
    ///
    /// An LF within an object does not end it.
    private mutating func endOfObject(in input: Span<UInt8>, from start: Int, first: Int) -> Int {
        var (end, taken) = (first, start)
        while end < input.count, input[end] == UInt8(ascii: "\n") {
            object.take(input.extracting(taken..<end))
            if object.isComplete || object.isEmpty { return end }
            taken = end
            end = LineEnd.first(in: input, from: end &+ 1)
        }
        if end == input.count { object.take(input.extracting(taken..<end)) }
        return end
    }
}

extension LineFraming {
    /// The numbers are `length`, whether it ends in CR, and those of `object`.
    package func suspend() -> FramingState? {
        FramingState(bytes: length > 0 ? buffered : [], numbers: [length, endsInReturn ? 1 : 0] + object.numbers)
    }

    package mutating func resume(from suspended: FramingState) -> Bool {
        let (numbers, kept) = (suspended.numbers, suspended.bytes.count)
        guard numbers.count == 4, numbers[0] >= kept, (0...1).contains(numbers[1]) else { return false }
        // Where bytes were left out, the following ones cannot be kept either.
        guard numbers[0] == kept || kept >= limit else { return false }
        guard let object = ObjectScan(numbers: Array(numbers[2...])) else { return false }
        self.object = object
        length = numbers[0]
        endsInReturn = numbers[1] == 1
        buffer.append(suspended.bytes.span.extracting(first: limit), maxCapacity: limit)
        return true
    }
}
