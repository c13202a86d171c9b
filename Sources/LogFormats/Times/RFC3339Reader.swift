import LogRecords

/// Reads times as `MessageTime.parseRFC3339` does, and faster those of the same second as the last one.
struct RFC3339Reader: Sendable {
    /// The first 19 bytes of the last time, to its second: eight from 0, 8 and 11 on.
    ///
    /// At first zeros, which no text has: in JSON and in messages of printable ASCII there is no NUL.
    private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    /// What they say, in seconds since 1970-01-01 00:00:00 of the sender's zone.
    private var seconds: Int64 = 0
    /// The last offset of six bytes, as `+01:00`; at first one that no bytes are.
    private var zone = UInt64.max
    private var offset = 0

    /// - Returns: nil when the text is anything else than such a time with its zone.
    @inline(__always)
    mutating func time(_ text: Span<UInt8>) -> WallTime? {
        guard text.count > 19 else { return nil }
        // 19 bytes are there; any eight bytes are a UInt64.
        let bytes = text.bytes
        let words = (
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt64.self),
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 8, as: UInt64.self),
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 11, as: UInt64.self)
        )
        if words != self.words {
            guard let seconds = MessageTime.localSeconds(text) else { return nil }
            self.seconds = seconds
            self.words = words
        }
        var index = 19
        guard let nanoseconds = MessageTime.fraction(text, at: &index), let offset = offset(text, at: index) else {
            return nil
        }
        return MessageTime.wallTime(seconds: seconds &- Int64(truncatingIfNeeded: offset), nanoseconds: nanoseconds)
    }

    @inline(__always)
    private mutating func offset(_ text: Span<UInt8>, at index: Int) -> Int? {
        guard text.count &- index == 6 else { return MessageTime.offset(text, at: index) }
        // More than 19 bytes are there; any eight bytes are a UInt64. The first two are before the offset.
        let last = text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: text.count &- 8, as: UInt64.self)
        let zone = UInt64(littleEndian: last) >> 16
        if zone != self.zone {
            guard let offset = MessageTime.offset(text, at: index) else { return nil }
            self.offset = offset
            self.zone = zone
        }
        return offset
    }
}
