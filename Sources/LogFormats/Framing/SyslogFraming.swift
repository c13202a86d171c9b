import LogRecords

/// Cuts a stream into syslog messages, each by its own framing: octet counting, a newline, or NUL (RFC 6587,
/// section 3.4).
///
/// Empty messages are skipped, and so is a byte order mark before a message. A message longer than `limit` is cut, and the rest of it skipped; only a count above
/// 16 times the limit is none, but text. Text of several lines that ends with NUL, as Python sends it, is one message:
/// a newline is its end only when a message begins behind it, no NUL follows within 64 KiB and the limit, or nothing
/// follows for now (see `pause` and `settle`); lines that begin with a tab or a blank belong to the message before them.
/// After a wrong count the next message is looked for (`SyslogCount`). At most the limit and 16 bytes are held.
package struct SyslogFraming: Framing {
    private struct Skipping {
        /// The whole size of a message behind a count; nil for a line.
        var count: Int?
        /// Bytes that have been received of the message.
        var received: Int
        var lastByte: UInt8
    }

    /// Room for a count, its blank, and what shows whether a message begins behind a newline.
    private static let slack = 16
    private static let greatestKeptCapacity = 4096

    package private(set) var held: [UInt8] = []
    /// Where in `held` the message begins that is not complete.
    private var start = 0
    private var scan: SyslogScan
    /// Set while the rest of a message is skipped whose beginning is held.
    private var skipping: Skipping?

    private var limit: Int { scan.limit }
    private var greatestHeld: Int { limit &+ Self.slack }

    /// - Parameter limit: the longest message, in bytes; at least 1.
    package init(limit: Int) {
        scan = SyslogScan(limit: min(max(limit, 1), .max / 2))
    }

    package mutating func next(in input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        forgetTaken()
        if skipping != nil { return skip(input, from: &index) }
        guard held.isEmpty else { return nextOfHeld(and: input, from: &index) }
        return nextOfInput(input, from: &index)
    }

    /// Nothing more has come for now: a newline is an end. Only where the last message ended with NUL more is waited for.
    package mutating func pause() -> FramingEvent? {
        scan.endedWithNull ? nil : close(.lines)
    }

    /// Nothing has come for a while: a newline is an end.
    package mutating func settle() -> FramingEvent? {
        close(.lines)
    }

    package mutating func end() -> FramingEvent? {
        guard let skipping else { return close(.all) }
        return endSkipping(length: skipping.count ?? skipping.received, endedWithNull: false)
    }

    private mutating func nextOfInput(_ input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        var first = index
        if let found = scan.next(in: input, from: &first, .nothing) {
            index = found.next
            return .frame(Frame(place: .input(found.content), length: found.length, isMiscounted: found.isMiscounted))
        }
        index = input.count
        let rest = input.extracting(first...)
        if rest.count >= greatestHeld {
            beginSkipping(rest)
        } else {
            hold(rest)
        }
        return nil
    }

    /// Goes on with the message that is held: as much of the input is copied to it as shows where it ends.
    private mutating func nextOfHeld(and input: Span<UInt8>, from index: inout Int) -> FramingEvent? {
        let first = index
        while true {
            if let found = nextInHeld(.nothing) {
                // What lies behind the message and is of this input needs no copy.
                let isOfInput = held.count &- found.next
                if isOfInput <= index &- first {
                    index &-= isOfInput
                    held.removeLast(isOfInput)
                }
                start = found.next
                return .frame(
                    Frame(place: .held(found.content), length: found.length, isMiscounted: found.isMiscounted)
                )
            }
            guard start < held.count else {
                forgetTaken()
                return nextOfInput(input, from: &index)
            }
            guard index < input.count else { return nil }
            held.removeFirst(start)
            start = 0
            guard held.count < greatestHeld else {
                let beginning = held
                beginSkipping(beginning.span)
                return skip(input, from: &index)
            }
            let count = min(input.count &- index, max(held.count, 256), greatestHeld &- held.count)
            hold(input.extracting(index..<(index &+ count)))
            index &+= count
        }
    }

    private mutating func close(_ closing: SyslogScan.Closing) -> FramingEvent? {
        forgetTaken()
        guard skipping == nil, !held.isEmpty else { return nil }
        guard let found = nextInHeld(closing) else {
            forgetTaken()
            return nil
        }
        start = found.next
        return .frame(Frame(place: .held(found.content), length: found.length, isMiscounted: found.isMiscounted))
    }

    private mutating func nextInHeld(_ closing: SyslogScan.Closing) -> SyslogScan.Found? {
        // Copies, because the span borrows all of self.
        var (scan, first) = (scan, start)
        let found = scan.next(in: held.span, from: &first, closing)
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
        held.removeAll(keepingCapacity: true)
        start = 0
        hold(content.extracting(first: limit))
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
        start = held.count
        return .frame(Frame(place: .held(0..<held.count), length: length))
    }

    // MARK: memory

    private mutating func hold(_ bytes: Span<UInt8>) {
        let needed = held.count &+ bytes.count
        if needed > held.capacity {
            held.reserveCapacity(min(greatestHeld, max(needed, 2 &* held.capacity)))
        }
        held.append(bytes)
    }

    /// The message that was given last lies in `held` until the next call.
    private mutating func forgetTaken() {
        guard start == held.count, !held.isEmpty else { return }
        start = 0
        if held.capacity > Self.greatestKeptCapacity {
            held = []
        } else {
            held.removeAll(keepingCapacity: true)
        }
    }
}
