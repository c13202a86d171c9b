import LogRecords

/// Reads times as `WrittenTime.parse` does, and faster those as `Mar  1 18:46:11` that are the same as the last one.
struct WrittenTimeReader: Sendable {
    /// A time that was read: what it depends on, and the moment.
    private struct Known: Sendable {
        /// The time and the blank after it: eight bytes from 0 and 8 on.
        let words: (UInt64, UInt64)
        /// When it was received, in seconds, and where: the year and the zone depend on that.
        let received: Int64
        let secondsFromUTC: Int
        let time: WallTime?
    }

    /// In bytes.
    private static let size = 15

    private var last: Known?

    /// - Returns: nil when there is no such time at `index`.
    mutating func parse(_ text: Span<UInt8>, at index: Int, _ context: ReceiveContext) -> WrittenTime? {
        guard index >= 0, text.count &- index > Self.size &+ 2 else {
            return WrittenTime.parse(text, at: index, context)
        }
        // 17 bytes are there; any eight bytes are a UInt64.
        let bytes = text.bytes
        let words = (
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self),
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &+ 8, as: UInt64.self)
        )
        let end = index &+ Self.size
        if let last, last.words == words, last.received == context.time.seconds,
            last.secondsFromUTC == context.secondsFromUTC, !Self.goesOn(text, at: end)
        {
            return WrittenTime(time: last.time, end: end, next: end, hasColon: false, isGuess: false)
        }
        let written = WrittenTime.parse(text, at: index, context)
        if let written, written.end == end, written.next == end, text[end] == UInt8(ascii: " "), !written.isGuess {
            last = Known(
                words: words,
                received: context.time.seconds,
                secondsFromUTC: context.secondsFromUTC,
                time: written.time
            )
        }
        return written
    }

    /// Whether AM or PM, a zone or a year may follow the blank at `end`.
    @inline(__always)
    private static func goesOn(_ text: Span<UInt8>, at end: Int) -> Bool {
        let first = text[end &+ 1] | 0x20
        if first == UInt8(ascii: "a") || first == UInt8(ascii: "p"), text[end &+ 2] | 0x20 == UInt8(ascii: "m") {
            return true
        }
        var rest = WrittenTime.Parts(index: end)
        WrittenTime.readZone(text, &rest)
        WrittenTime.readYearAfter(text, &rest)
        return rest.index != end
    }
}
