import LogRecords

/// Messages with their length before them, as Python's `SocketHandler` sends them: 4 bytes, big-endian.
///
/// A message of up to 16 times the limit is delivered whole, so that it can be read and its text be cut. A longer one
/// is dropped and skipped if it has at most 64 MiB, or the limit when that is larger. A greater length means that the
/// stream is broken, as the next message cannot be found.
package struct LengthFraming: Framing {
    private enum State {
        /// The bytes of the length so far, and their value.
        case length(count: Int, value: UInt32)
        /// Within a message of that length; its bytes so far are buffered.
        case message(length: Int)
        /// Within a message that is too long; its first bytes are buffered.
        case overlong(length: Int, left: Int)
        case skipping(left: Int)
        case broken
    }

    private static let maxSkippable = 64 << 20

    /// The longest message that is delivered, in bytes.
    static func readable(_ limit: Int) -> Int {
        max(limit, min(limit.multipliedReportingOverflow(by: 16).overflow ? maxSkippable : 16 &* limit, maxSkippable))
    }

    /// How many bytes of a dropped message are reported.
    private static let excerptBytes = 256

    private let limit: Int
    private var state = State.length(count: 0, value: 0)
    private var buffer = ReassemblyBuffer()

    package var buffered: [UInt8] { buffer.bytes }

    package var isWithinMessage: Bool {
        switch state {
        case .length(let count, _): count > 0
        case .message, .overlong, .skipping: true
        case .broken: false
        }
    }

    /// - Parameter limit: the longest message, in bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    package mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        buffer.discardDelivered()
        while index < input.count {
            switch state {
            case .length(let count, let value):
                if let event = takeLength(count, value, in: input, from: &index) { return event }
            case .message(let length):
                if buffered.isEmpty, input.count - index >= length {
                    let start = index
                    index += length
                    state = .length(count: 0, value: 0)
                    return .frame(
                        Frame(place: .input(start..<index), length: length, limit: truncationLimit(of: length))
                    )
                }
                take(length - buffered.count, of: input, from: &index, maxCapacity: length)
                guard buffered.count == length else { return nil }
                state = .length(count: 0, value: 0)
                return .frame(delivered(length: length))
            case .overlong(let length, let left):
                take(left, of: input, from: &index, maxCapacity: Self.excerptBytes)
                let excerpt = min(length, Self.excerptBytes)
                guard buffered.count == excerpt else {
                    state = .overlong(length: length, left: excerpt - buffered.count)
                    return nil
                }
                skip(length - excerpt)
                return tooLong(length: length)
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
        buffer.discardDelivered()
        return nil
    }

    package mutating func end() -> FramingEvent? {
        buffer.discardDelivered()
        let ended = state
        state = .broken
        switch ended {
        case .length(let count, let value):
            guard count > 0 else { return nil }
            buffer.append(bigEndian: value, count: count)
            return .malformed(
                delivered(length: count),
                MessageError("the stream ended within a length: \(count) of 4 bytes", .incomplete)
            )
        case .message(let length):
            let reason = "the stream ended within a message: \(buffered.count) of \(length) bytes"
            return .malformed(delivered(length: length), MessageError(reason, .incomplete))
        case .overlong(let length, _):
            return tooLong(length: length)
        case .skipping, .broken:
            return nil
        }
    }

    package mutating func releaseMemory() {
        buffer.releaseMemory()
    }

    /// Takes bytes of the length, and decides on the message when all four are there.
    private mutating func takeLength(
        _ count: Int,
        _ value: UInt32,
        in input: Span<UInt8>,
        from index: inout Int
    ) -> FramingEvent? {
        var count = count
        var value = value
        if count == 0, input.count &- index >= 4 {
            // Any 4 bytes are a UInt32.
            value = UInt32(bigEndian: input.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self))
            count = 4
            index &+= 4
        }
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
            return .malformed(delivered(length: 0), MessageError("the message is empty"))
        }
        if length <= Self.readable(limit) {
            state = .message(length: length)
        } else if length <= Self.maxSkippable {
            state = .overlong(length: length, left: min(length, Self.excerptBytes))
        } else {
            state = .broken
            buffer.append(bigEndian: value, count: 4)
            let reason = "a length of \(length) bytes" + Self.guess(value)
            return .broken(delivered(length: 4), MessageError(reason, .otherFormat))
        }
        return nil
    }

    private mutating func take(_ count: Int, of input: Span<UInt8>, from index: inout Int, maxCapacity: Int) {
        let count = min(count, input.count - index)
        buffer.append(input.extracting(index..<(index + count)), maxCapacity: maxCapacity)
        index += count
    }

    private mutating func skip(_ left: Int) {
        state = left > 0 ? .skipping(left: left) : .length(count: 0, value: 0)
    }

    private mutating func tooLong(length: Int) -> FramingEvent {
        let reason = "the message of \(length) bytes is longer than \(Self.readable(limit))"
        return .malformed(delivered(length: length), MessageError(reason, .tooLong))
    }

    /// Delivers all buffered bytes.
    private mutating func delivered(length: Int) -> Frame {
        buffer.deliver()
        return Frame(place: .buffered(0..<buffered.count), length: length, limit: truncationLimit(of: length))
    }

    private func truncationLimit(of length: Int) -> Int? { length > limit ? limit : nil }

    /// Guesses the protocol of a client by the first four bytes.
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

extension LengthFraming {
    /// The numbers are those of the `State`, after one that names it.
    package func suspend() -> FramingState? {
        switch state {
        case .length(let count, let value): FramingState(numbers: [0, count, Int(value)])
        case .message(let length): FramingState(bytes: buffered, numbers: [1, length])
        case .overlong(let length, let left): FramingState(bytes: buffered, numbers: [2, length, left])
        case .skipping(let left): FramingState(numbers: [3, left])
        case .broken: nil
        }
    }

    package mutating func resume(from suspended: FramingState) -> Bool {
        let sizes = 1...max(Self.maxSkippable, limit)
        let (numbers, kept) = (suspended.numbers, suspended.bytes.count)
        switch numbers.first {
        case 0 where numbers.count == 3 && (0...3).contains(numbers[1]) && kept == 0:
            guard let value = UInt32(exactly: numbers[2]) else { return false }
            state = .length(count: numbers[1], value: value)
        case 1 where numbers.count == 2 && sizes.contains(numbers[1]) && kept < numbers[1]:
            state = .message(length: numbers[1])
        case 2 where numbers.count == 3 && sizes.contains(numbers[1]):
            guard numbers[2] > 0, numbers[2] == min(numbers[1], Self.excerptBytes) - kept else { return false }
            state = .overlong(length: numbers[1], left: numbers[2])
        case 3 where numbers.count == 2 && sizes.contains(numbers[1]) && kept == 0:
            state = .skipping(left: numbers[1])
        default: return false
        }
        buffer.append(suspended.bytes.span, maxCapacity: suspended.bytes.count)
        return true
    }
}
