import LogRecords

/// Cuts a stream into syslog messages, each by its own framing: octet counting, a newline, or NUL (RFC 6587,
/// section 3.4).
///
/// Empty messages are skipped, and so is a byte order mark before a message. A message longer than `limit` is cut, and
/// the rest of it skipped; a count above 16 times the limit is text. Text of several lines that ends with NUL, as
/// Python sends it, is one message: a newline ends it only when a message begins after it, no NUL follows within 64 KiB
/// and the limit, or nothing follows for now; lines that begin with a tab or a blank belong to the message before them.
/// "For now" depends on how the stream's messages have ended so far: all with NUL, until the message is overdue;
/// none, until there has been silence after one line, and until it is overdue after several; otherwise after the receive,
/// or after silence where the last one ended with NUL. After a wrong count `SyslogCount` looks for the next message. At
/// most the limit and 16 bytes are buffered.
package struct SyslogFraming: Framing {
    private struct Skipping {
        /// The whole size of a counted message; nil for a line.
        var count: Int?
        /// Bytes that have been received of the message.
        var received: Int
        var lastByte: UInt8
    }

    /// Room for a count, its blank, and the bytes that show whether a message begins after a newline.
    private static let slack = 16

    private var buffer = ReassemblyBuffer()
    /// Where in `buffered` the message begins that is not complete.
    private var start = 0
    private var scan: SyslogScan
    /// Set while the rest of a message is skipped; its beginning is buffered.
    private var skipping: Skipping?

    package var buffered: [UInt8] { buffer.bytes }

    private var limit: Int { scan.limit }
    private var maxBuffered: Int { limit &+ Self.slack }

    /// - Parameter limit: the longest message, in bytes; at least 1.
    package init(limit: Int) {
        scan = SyslogScan(limit: min(max(limit, 1), .max / 2))
    }

    package mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        discardDelivered()
        if skipping != nil { return skip(input, from: &index) }
        guard buffered.isEmpty else { return nextOfBuffered(and: input, from: &index) }
        return nextOfInput(input, from: &index)
    }

    /// Takes a newline as the end of a message where the last message has ended otherwise than with NUL.
    package mutating func pause() -> FramingEvent? {
        guard scan.kind == .priority else { return close(.lines) }
        return scan.endings.lastIsNull || !scan.endings.hasOther ? nil : close(.lines)
    }

    /// Takes a newline as the end of a message where a message has ended otherwise than with NUL; before the first end of
    /// a message, where it is one line.
    package mutating func flushIdle() -> FramingEvent? {
        guard scan.kind == .priority else { return close(.lines) }
        let isOneLine = scan.firstLine >= 0 && start &+ scan.firstLine &+ 1 == buffered.count
        return scan.endings.hasOther || isOneLine && !scan.endings.hasNull ? close(.lines) : nil
    }

    /// Takes a newline as the end of a message.
    package mutating func flushOverdue() -> FramingEvent? {
        close(.lines)
    }

    package mutating func end() -> FramingEvent? {
        guard let skipping else { return close(.all) }
        return endSkipping(length: skipping.count ?? skipping.received, endedWithNull: false)
    }

    package mutating func releaseMemory() {
        buffer.releaseMemory()
    }

    private mutating func nextOfInput(_ input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        var first = index
        if let found = scan.next(in: input, from: &first, .nothing) {
            index = found.next
            return .frame(Frame(.input(found.content), found))
        }
        index = input.count
        let rest = input.extracting(first...)
        if rest.count >= maxBuffered {
            beginSkipping(rest)
        } else {
            buffer.append(rest, maxCapacity: maxBuffered)
        }
        return nil
    }

    /// Continues the buffered message: copies input until the end of the message shows.
    private mutating func nextOfBuffered(and input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        let first = index
        while true {
            if let found = nextInBuffered(.nothing) {
                // Bytes of this input after the message need no copy.
                let isOfInput = buffered.count &- found.next
                if isOfInput <= index &- first {
                    index &-= isOfInput
                    buffer.removeLast(isOfInput)
                }
                start = found.next
                return .frame(Frame(.buffered(found.content), found))
            }
            guard start < buffered.count else {
                discardDelivered()
                return nextOfInput(input, from: &index)
            }
            guard index < input.count else { return nil }
            buffer.removeFirst(start)
            start = 0
            guard buffered.count < maxBuffered else {
                let beginning = buffer.bytes
                beginSkipping(beginning.span)
                return skip(input, from: &index)
            }
            let count = min(input.count &- index, max(buffered.count, 256), maxBuffered &- buffered.count)
            buffer.append(input.extracting(index..<(index &+ count)), maxCapacity: maxBuffered)
            index &+= count
        }
    }

    private mutating func close(_ closing: SyslogScan.Closing) -> FramingEvent? {
        discardDelivered()
        guard skipping == nil, !buffered.isEmpty else { return nil }
        guard let found = nextInBuffered(closing) else {
            discardDelivered()
            return nil
        }
        start = found.next
        return .frame(Frame(.buffered(found.content), found))
    }

    private mutating func nextInBuffered(_ closing: SyslogScan.Closing) -> SyslogScan.Found? {
        // Copies, because the span borrows all of self.
        var (scan, first) = (scan, start)
        let found = scan.next(in: buffer.bytes.span, from: &first, closing)
        (self.scan, start) = (scan, first)
        return found
    }

    // MARK: a message that is too long

    private mutating func beginSkipping(_ message: Span<UInt8>) {
        var content = message
        if case .counted(let header, let count) = scan.kind {
            content = message.extracting(header...)
            skipping = Skipping(count: count, received: content.count, lastByte: 0)
        } else {
            skipping = Skipping(count: nil, received: content.count, lastByte: content[content.count &- 1])
        }
        buffer.removeAll()
        start = 0
        buffer.append(content.extracting(first: limit), maxCapacity: maxBuffered)
    }

    private mutating func skip(_ input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        guard var now = skipping else { return nil }
        if let count = now.count {
            let skipped = min(count &- now.received, input.count &- index)
            index &+= skipped
            now.received &+= skipped
            skipping = now
            return now.received == count ? endSkipping(length: count, endedWithNull: false) : nil
        }
        let end = LineEnd.first(in: input, from: index)
        if end > index { now.lastByte = input[end &- 1] }
        now.received &+= end &- index
        index = end
        skipping = now
        guard end < input.count else { return nil }
        index &+= 1
        let isNull = input[end] == 0
        let hasCarriageReturn = !isNull && now.lastByte == LineEnd.carriageReturn
        return endSkipping(length: now.received &- (hasCarriageReturn ? 1 : 0), endedWithNull: isNull)
    }

    private mutating func endSkipping(length: Int, endedWithNull: Bool) -> FramingEvent {
        skipping = nil
        scan.reset(endedWithNull: endedWithNull)
        start = buffered.count
        return .frame(Frame(place: .buffered(0..<buffered.count), length: length))
    }

    /// The message that was delivered last lies in the buffer until the next call.
    private mutating func discardDelivered() {
        guard start == buffered.count, start > 0 else { return }
        start = 0
        buffer.discard()
    }
}

extension SyslogFraming {
    /// The numbers are that of the endings; and while a message is skipped its count, or -1, how many bytes have come, and
    /// the last of them.
    package func suspend() -> FramingState? {
        var numbers = [scan.endings.number]
        if let skipping { numbers += [skipping.count ?? -1, skipping.received, Int(skipping.lastByte)] }
        return FramingState(bytes: Array(buffered[start...]), numbers: numbers)
    }

    package mutating func resume(from suspended: FramingState) -> Bool {
        let numbers = suspended.numbers
        guard let endings = numbers.first.flatMap(SyslogEndings.init(number:)) else { return false }
        switch numbers.count {
        case 1:
            // The scan finds out again what it knew about them.
            buffer.append(suspended.bytes.span, maxCapacity: suspended.bytes.count)
        case 4:
            guard let lastByte = UInt8(exactly: numbers[3]), numbers[2] >= suspended.bytes.count else { return false }
            guard numbers[1] == -1 || numbers[1] > numbers[2] else { return false }
            let count = numbers[1] == -1 ? nil : numbers[1]
            skipping = Skipping(count: count, received: numbers[2], lastByte: lastByte)
            buffer.append(suspended.bytes.span.extracting(first: limit), maxCapacity: limit)
        default: return false
        }
        scan.endings = endings
        return true
    }
}

extension Frame {
    fileprivate init(_ place: Place, _ found: SyslogScan.Found) {
        self.init(
            place: place,
            length: found.length,
            isMiscounted: found.isMiscounted,
            isPlain: found.isPlain
        )
    }
}
