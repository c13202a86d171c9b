import LogRecords

/// Messages with their length before them, as Python's `SocketHandler` sends them: 4 bytes, big-endian.
///
/// A message above the limit is given whole up to 16 times the limit, so that it can be read and its text be cut. Beyond
/// it is refused and skipped as long as its length is a sane one: at most 64 MiB, or the limit when that is larger. With any other length the stream is broken: nothing says where the next message begins.
package struct LengthFraming: Framing {
    private enum State {
        /// Bytes of the length that have come, and their value.
        case length(count: Int, value: UInt32)
        /// Within a message of that length, all of it held so far.
        case message(length: Int)
        /// Within a message that is refused for its length; its beginning is held.
        case refusing(length: Int, left: Int)
        case skipping(left: Int)
        case broken
    }

    private static let sane = 64 << 20

    /// The longest message that is given.
    static func readable(_ limit: Int) -> Int {
        max(limit, min(limit.multipliedReportingOverflow(by: 16).overflow ? sane : 16 &* limit, sane))
    }

    /// Of a message that is refused, as many bytes are shown.
    private static let shown = 256
    /// More memory than this is given back as soon as it is not needed.
    private static let kept = 4 << 10

    private let limit: Int
    private var state = State.length(count: 0, value: 0)
    package private(set) var held: [UInt8] = []
    /// Whether what is held has been given out.
    private var isSpent = false

    /// - Parameter limit: the longest message, in bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    package mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        forgetSpent()
        while index < input.count {
            switch state {
            case .length(let count, let value):
                if let event = takeLength(count, value, in: input, from: &index) { return event }
            case .message(let length):
                if held.isEmpty, input.count - index >= length {
                    let start = index
                    index += length
                    state = .length(count: 0, value: 0)
                    return .frame(Frame(place: .input(start..<index), length: length, limit: keptLimit(of: length)))
                }
                hold(length - held.count, of: input, from: &index)
                guard held.count == length else { return nil }
                state = .length(count: 0, value: 0)
                return .frame(spent(length: length))
            case .refusing(let length, let left):
                hold(left, of: input, from: &index)
                let shown = min(length, Self.shown)
                guard held.count == shown else {
                    state = .refusing(length: length, left: shown - held.count)
                    return nil
                }
                skip(length - shown)
                return refusal(length: length)
            case .skipping(let left):
                let count = min(left, input.count - index)
                index += count
                skip(left - count)
            case .broken:
                index = input.count
            }
        }
        return nil
    }

    package mutating func pause() -> FramingEvent? {
        forgetSpent()
        return nil
    }

    package mutating func end() -> FramingEvent? {
        forgetSpent()
        let ended = state
        state = .broken
        switch ended {
        case .length(let count, let value):
            guard count > 0 else { return nil }
            for place in 0..<count {
                held.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * (count - 1 - place))))
            }
            return .refused(spent(length: count), MessageFault("the stream ended within a length: \(count) of 4 bytes"))
        case .message(let length):
            let reason = "the stream ended within a message: \(held.count) of \(length) bytes"
            return .refused(spent(length: length), MessageFault(reason))
        case .refusing(let length, _):
            return refusal(length: length)
        case .skipping, .broken:
            return nil
        }
    }

    /// Takes bytes of the length, and decides what to do when there are four.
    private mutating func takeLength(
        _ count: Int,
        _ value: UInt32,
        in input: Span<UInt8>,
        from index: inout Int
    ) -> FramingEvent? {
        var count = count
        var value = value
        while count < 4, index < input.count {
            value = value << 8 | UInt32(input[index])
            count += 1
            index += 1
        }
        guard count == 4 else {
            state = .length(count: count, value: value)
            return nil
        }
        let length = Int(value)
        if length == 0 {
            state = .length(count: 0, value: 0)
            return .refused(spent(length: 0), MessageFault("the message is empty"))
        }
        if length <= Self.readable(limit) {
            state = .message(length: length)
        } else if length <= Self.sane {
            state = .refusing(length: length, left: min(length, Self.shown))
        } else {
            state = .broken
            for shift in [24, 16, 8, 0] as [UInt32] { held.append(UInt8(truncatingIfNeeded: value >> shift)) }
            let reason = "a length of \(length) bytes" + Self.guess(value)
            return .broken(spent(length: 4), MessageFault(reason, suggestsOtherFormat: true))
        }
        return nil
    }

    private mutating func hold(_ count: Int, of input: Span<UInt8>, from index: inout Int) {
        let count = min(count, input.count - index)
        held.append(input.extracting(index..<(index + count)))
        index += count
    }

    private mutating func skip(_ left: Int) {
        state = left > 0 ? .skipping(left: left) : .length(count: 0, value: 0)
    }

    private mutating func refusal(length: Int) -> FramingEvent {
        let reason = "the message of \(length) bytes is longer than \(Self.readable(limit))"
        return .refused(spent(length: length), MessageFault(reason))
    }

    /// All that is held, to be forgotten at the next call.
    private mutating func spent(length: Int) -> Frame {
        isSpent = true
        return Frame(place: .held(0..<held.count), length: length, limit: keptLimit(of: length))
    }

    private func keptLimit(of length: Int) -> Int? { length > limit ? limit : nil }

    private mutating func forgetSpent() {
        guard isSpent else { return }
        isSpent = false
        if held.capacity > Self.kept {
            held = []
        } else {
            held.removeAll(keepingCapacity: true)
        }
    }

    /// What a client of another kind begins with.
    private static func guess(_ value: UInt32) -> String {
        switch value {
        case 0x4745_5420, 0x504F_5354, 0x4845_4144, 0x5055_5420, 0x4F50_5449: ": an HTTP request?"
        case 0x1603_0000...0x1603_FFFF: ": a TLS client?"
        case 0x3C30_0000...0x3C39_FFFF: ": syslog?"
        case 0x7B00_0000...0x7BFF_FFFF: ": JSON?"
        default: ""
        }
    }
}
