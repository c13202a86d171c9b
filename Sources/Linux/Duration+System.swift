extension Duration {
    /// Milliseconds for poll(2), rounded up so that a wait is never too short; at most 1,000,000 s.
    package var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }

    /// Nanoseconds; the maximum of the type beyond 292 years.
    package var wholeNanoseconds: Int64 {
        // 10^9 is 2^9 * 5^9: up to 78 minutes a division of 64 bits is enough, and one of 128 bits costs ten times as much.
        if attoseconds >= 0, let shifted = Int64(exactly: attoseconds >> 9) { return shifted / 1_953_125 }
        return Int64(clamping: attoseconds / 1_000_000_000)
    }
}
