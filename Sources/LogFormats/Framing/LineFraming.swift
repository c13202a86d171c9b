import LogRecords

/// Messages that end with a byte: lines of text, or GELF over TCP.
///
/// Empty messages are skipped. A message that is too long is one frame, cut to the limit, and says its true length. At
/// the end of the stream the last message needs no ending.
package struct LineFraming: Framing {
    package enum Endings: Sendable {
        /// LF, before which CR is not part of the message, or NUL.
        case newlineOrNull
        /// NUL; or LF behind a JSON object that is complete, as some of GELF's senders have it.
        case nullOrObject
    }

    private static let everyByte: UInt64 = 0x0101_0101_0101_0101
    /// More memory than this is given back as soon as it is not needed.
    private static let retainedCapacity = 4 << 10

    private let limit: Int
    private let endings: Endings
    /// The beginning of the message that is not complete: never more than the limit.
    package private(set) var buffered: [UInt8] = []
    /// How many bytes of that message have come.
    private var length = 0
    /// Whether the last of them is CR: it may not be held.
    private var endsInReturn = false
    /// Whether what is held has been given out.
    private var isDelivered = false
    /// Of the message that is not complete, where LF alone does not end messages.
    private var object = ObjectScan()

    /// - Parameter limit: the longest message, in bytes.
    package init(limit: Int, endings: Endings) {
        self.limit = max(0, limit)
        self.endings = endings
    }

    package mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        discardDelivered()
        while index < input.count {
            let start = index
            var end = endOfMessage(in: input, from: start)
            if endings == .nullOrObject { end = endOfObject(in: input, from: start, first: end) }
            guard end < input.count else {
                buffer(input.extracting(start..<end))
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
                    discardDelivered()
                    continue
                }
            }
            if length == 0 {
                let hasReturn = isLine && end > start && input[end &- 1] == UInt8(ascii: "\r")
                let count = end &- start &- (hasReturn ? 1 : 0)
                guard count > 0 else { continue }
                return .frame(Frame(place: .input(start..<(start &+ min(count, limit))), length: count))
            }
            buffer(input.extracting(start..<end))
            if let frame = complete(length &- (isLine && endsInReturn ? 1 : 0)) { return .frame(frame) }
            discardDelivered()
        }
        return nil
    }

    package mutating func pause() -> FramingEvent? {
        discardDelivered()
        return nil
    }

    package mutating func end() -> FramingEvent? {
        discardDelivered()
        guard length > 0, let frame = complete(length) else { return nil }
        return .frame(frame)
    }

    private mutating func buffer(_ part: Span<UInt8>) {
        guard part.count > 0 else { return }
        buffered.append(part.extracting(..<min(part.count, limit &- buffered.count)))
        length &+= part.count
        endsInReturn = part[part.count &- 1] == UInt8(ascii: "\r")
    }

    /// What is held of a message of that length, to be forgotten at the next call; nil when the message is empty.
    private mutating func complete(_ count: Int) -> Frame? {
        length = 0
        endsInReturn = false
        isDelivered = true
        return count > 0 ? Frame(place: .buffered(0..<min(count, buffered.count)), length: count) : nil
    }

    private mutating func discardDelivered() {
        guard isDelivered else { return }
        isDelivered = false
        if buffered.capacity > Self.retainedCapacity {
            buffered = []
        } else {
            buffered.removeAll(keepingCapacity: true)
        }
    }

    /// Where the message ends whose first NUL or LF from `start` on is at `first`: an LF within an object is none.
    private mutating func endOfObject(in input: Span<UInt8>, from start: Int, first: Int) -> Int {
        var (end, taken) = (first, start)
        while end < input.count, input[end] == UInt8(ascii: "\n") {
            object.take(input.extracting(taken..<end))
            if object.isComplete || object.isEmpty { return end }
            taken = end
            end = endOfMessage(in: input, from: end &+ 1)
        }
        if end == input.count { object.take(input.extracting(taken..<end)) }
        return end
    }

    /// Where the LF or NUL is, from `index` on; the input's count when there is none.
    private func endOfMessage(in input: Span<UInt8>, from index: Int) -> Int {
        let other = UInt8(ascii: "\n")
        let others = UInt64(other) &* Self.everyByte
        var index = index
        while input.count &- index >= 8 {
            // Bounds are checked by the loop and by the call; any eight bytes are a UInt64.
            let loaded = input.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let word = UInt64(littleEndian: loaded)
            let difference = word ^ others
            // The top bit of each byte that is looked for: exact for the first, which is in the lowest bits.
            let found =
                (((word &- Self.everyByte) & ~word) | ((difference &- Self.everyByte) & ~difference))
                & (0x80 &* Self.everyByte)
            guard found == 0 else { return index &+ (found.trailingZeroBitCount >> 3) }
            index &+= 8
        }
        while index < input.count, input[index] != 0, input[index] != other { index &+= 1 }
        return index
    }
}
