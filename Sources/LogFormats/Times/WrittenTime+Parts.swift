extension WrittenTime {
    /// Reads what begins with a letter: `Mar  1 18:46:11`, or a weekday and a date that a year belongs to.
    @inline(__always)
    static func readNamed(_ text: Span<UInt8>, _ parts: inout Parts) -> Bool {
        readMonthly(text, &parts) || readWeekday(text, &parts)
    }

    private static func readWeekday(_ text: Span<UInt8>, _ parts: inout Parts) -> Bool {
        guard text.count &- parts.index >= 18, isWeekday(letters(text, at: parts.index)) else { return false }
        var index = parts.index &+ 3
        while index < text.count, ASCII.isLetter(text[index]) { index &+= 1 }
        if index < text.count, text[index] == UInt8(ascii: ",") { index &+= 1 }
        guard text.count &- index >= 15, text[index] == UInt8(ascii: " ") else { return false }
        parts.index = index &+ 1
        guard ASCII.digit(text[parts.index]) != nil else { return readMonthly(text, &parts) }
        return readNumbered(text, &parts)
    }

    /// Reads `Mar  1 18:46:11.123`, with or without a year after the day.
    static func readMonthly(_ text: Span<UInt8>, _ parts: inout Parts) -> Bool {
        var index = parts.index
        guard text.count &- index >= 14, let month = month(letters(text, at: index)),
            text[index &+ 3] == UInt8(ascii: " ")
        else { return false }
        index &+= 4
        if text[index] == UInt8(ascii: " ") { index &+= 1 }
        guard let first = ASCII.digit(text[index]) else { return false }
        parts.month = month
        parts.day = Int(first)
        index &+= 1
        if let second = ASCII.digit(text[index]) {
            parts.day = Int(first) &* 10 &+ Int(second)
            index &+= 1
        }
        guard parts.day >= 1, parts.day <= 31, text[index] == UInt8(ascii: " ") else { return false }
        index &+= 1
        if parts.year == nil, let year = year(text, at: index) {
            parts.year = year
            index &+= 5
        }
        parts.index = index
        return readClock(text, &parts)
    }

    /// Reads what begins with a digit, the year of `2026 Mar  1` included.
    static func readNumbered(_ text: Span<UInt8>, _ parts: inout Parts) -> Bool {
        let start = parts.index
        var end = start
        let maxEnd = min(text.count, start &+ 5)
        while end < maxEnd, ASCII.digit(text[end]) != nil { end &+= 1 }
        guard text.count &- end >= 9 else { return false }
        switch (end &- start, text[end]) {
        case (4, UInt8(ascii: "-")), (4, UInt8(ascii: "/")): return readYearFirst(text, &parts)
        case (4, UInt8(ascii: " ")):
            guard let year = year(text, at: start) else { return false }
            parts.year = year
            parts.index = end &+ 1
            return readMonthly(text, &parts)
        case (1...2, UInt8(ascii: " ")), (1...2, UInt8(ascii: "/")), (1...2, UInt8(ascii: "-")):
            return readDayOrMonthFirst(text, &parts, from: end)
        default: return false
        }
    }

    /// Reads `2026-03-01 18:46:11` and `2026/03/01 18:46:11`.
    private static func readYearFirst(_ text: Span<UInt8>, _ parts: inout Parts) -> Bool {
        let start = parts.index
        guard text.count &- start >= 19, let century = ASCII.twoDigits(text, start),
            let year = ASCII.twoDigits(text, start &+ 2), let month = ASCII.twoDigits(text, start &+ 5),
            text[start &+ 7] == text[start &+ 4], let day = ASCII.twoDigits(text, start &+ 8)
        else { return false }
        parts.year = century &* 100 &+ year
        parts.month = month
        parts.day = day
        guard month >= 1, month <= 12, day >= 1, day <= 31, mayJoin(text[start &+ 10]) else { return false }
        parts.index = start &+ 11
        return readClock(text, &parts)
    }

    /// Reads `01 Mar 2026`, `01/Mar/2026`, `03/01/2026` and `01/03/2026`, whose second word begins after `end`.
    private static func readDayOrMonthFirst(_ text: Span<UInt8>, _ parts: inout Parts, from end: Int) -> Bool {
        guard let first = ASCII.integer(text, parts.index..<end) else { return false }
        let separator = text[end]
        var index = end &+ 1
        if let month = month(letters(text, at: index)), text[index &+ 3] == separator {
            (parts.month, parts.day) = (month, first)
            index &+= 4
        } else {
            var next = index
            while next < text.count, next &- index < 2, ASCII.digit(text[next]) != nil { next &+= 1 }
            guard separator == UInt8(ascii: "/"), let second = ASCII.integer(text, index..<next),
                next < text.count, text[next] == separator
            else { return false }
            // The month is first, unless it cannot be.
            (parts.month, parts.day) = first > 12 ? (second, first) : (first, second)
            parts.isAmbiguous = first <= 12 && second <= 12
            index = next &+ 1
        }
        guard (1...31).contains(parts.day), (1...12).contains(parts.month), text.count &- index >= 12,
            let century = ASCII.twoDigits(text, index), century == 19 || century == 20,
            let year = ASCII.twoDigits(text, index &+ 2)
        else { return false }
        index &+= 4
        if text[index] == UInt8(ascii: ","), text[index &+ 1] == UInt8(ascii: " ") { index &+= 1 }
        guard mayJoin(text[index]) || text[index] == UInt8(ascii: ":") else { return false }
        parts.year = century &* 100 &+ year
        parts.index = index &+ 1
        return readClock(text, &parts)
    }

    private static func mayJoin(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte | 0x20 == UInt8(ascii: "t")
    }

    // MARK: the time of day

    /// Reads `18:46:11.123`, with one digit of the hour, AM and PM where they stand.
    @inline(__always)
    private static func readClock(_ text: Span<UInt8>, _ parts: inout Parts) -> Bool {
        var index = parts.index
        if let secondOfDay = MessageTime.secondOfDay(text, at: index) {
            parts.secondOfDay = secondOfDay
            index &+= 8
        } else {
            guard text.count &- index >= 7, text[index &+ 1] == UInt8(ascii: ":"),
                let hour = ASCII.digit(text[index]), let minute = ASCII.twoDigits(text, index &+ 2),
                text[index &+ 4] == UInt8(ascii: ":"), let second = ASCII.twoDigits(text, index &+ 5),
                minute < 60, second <= 60
            else { return false }
            parts.secondOfDay = Int(hour) &* 3600 &+ minute &* 60 &+ second
            index &+= 7
        }
        parts.index = index
        guard index < text.count, text[index] != UInt8(ascii: " ") else { return readHalf(text, &parts) }
        if text[index] == UInt8(ascii: ":"), let milliseconds = milliseconds(text, at: index &+ 1) {
            parts.nanoseconds = milliseconds
            index &+= 4
        } else if index &+ 1 < text.count, text[index] == UInt8(ascii: ","), text[index &+ 1] == UInt8(ascii: " ") {
            // The comma ends the time.
        } else {
            guard let nanoseconds = MessageTime.fraction(text, at: &index) else { return false }
            parts.nanoseconds = nanoseconds
        }
        parts.index = index
        return readHalf(text, &parts)
    }

    /// H3C's devices write `18:46:11:123`.
    private static func milliseconds(_ text: Span<UInt8>, at index: Int) -> Int32? {
        guard text.count &- index >= 3, let value = ASCII.integer(text, index..<(index &+ 3)),
            text.count &- index == 3 || text[index &+ 3] == UInt8(ascii: " ")
        else { return nil }
        return Int32(truncatingIfNeeded: value) &* 1_000_000
    }

    /// Reads ` AM` and ` PM`.
    @inline(__always)
    private static func readHalf(_ text: Span<UInt8>, _ parts: inout Parts) -> Bool {
        let index = parts.index
        guard text.count &- index >= 3, text[index] == UInt8(ascii: " "),
            text[index &+ 2] | 0x20 == UInt8(ascii: "m")
        else { return true }
        let half = text[index &+ 1] | 0x20
        guard half == UInt8(ascii: "a") || half == UInt8(ascii: "p"),
            text.count &- index == 3 || !ASCII.isLetterOrDigit(text[index &+ 3])
        else { return true }
        let hour = parts.secondOfDay / 3600
        guard (1...12).contains(hour) else { return true }
        if half == UInt8(ascii: "p"), hour < 12 { parts.secondOfDay &+= 12 &* 3600 }
        if half == UInt8(ascii: "a"), hour == 12 { parts.secondOfDay &-= 12 &* 3600 }
        parts.index = index &+ 3
        return true
    }

    /// Reads a year after the time, and a zone after that.
    @inline(__always)
    static func readYearAfter(_ text: Span<UInt8>, _ parts: inout Parts) {
        guard parts.year == nil, parts.index < text.count, text[parts.index] == UInt8(ascii: " "),
            let year = year(text, at: parts.index &+ 1)
        else { return }
        parts.year = year
        parts.index &+= 5
        if parts.offset == nil { readZone(text, &parts) }
    }

    // MARK: words

    /// Three letters at `index`, in lower case.
    private static func letters(_ text: Span<UInt8>, at index: Int) -> UInt32 {
        guard text.count &- index >= 3 else { return 0 }
        return UInt32(text[index] | 0x20) << 16 | UInt32(text[index &+ 1] | 0x20) << 8
            | UInt32(text[index &+ 2] | 0x20)
    }

    private static func isWeekday(_ letters: UInt32) -> Bool {
        switch letters {
        case 0x6D_6F6E, 0x74_7565, 0x77_6564, 0x74_6875, 0x66_7269, 0x73_6174, 0x73_756E: true
        default: false
        }
    }

    private static func month(_ letters: UInt32) -> Int? {
        switch letters {
        case 0x6A_616E: 1
        case 0x66_6562: 2
        case 0x6D_6172: 3
        case 0x61_7072: 4
        case 0x6D_6179: 5
        case 0x6A_756E: 6
        case 0x6A_756C: 7
        case 0x61_7567: 8
        case 0x73_6570: 9
        case 0x6F_6374: 10
        case 0x6E_6F76: 11
        case 0x64_6563: 12
        default: nil
        }
    }

    /// A year from 1900 to 2099 that ends with a blank, a colon or the text.
    static func year(_ text: Span<UInt8>, at index: Int) -> Int? {
        guard text.count &- index >= 4, text[index] == UInt8(ascii: "1") || text[index] == UInt8(ascii: "2"),
            let century = ASCII.twoDigits(text, index),
            century == 19 || century == 20, let year = ASCII.twoDigits(text, index &+ 2)
        else { return nil }
        let end = index &+ 4
        guard end == text.count || text[end] == UInt8(ascii: " ") || text[end] == UInt8(ascii: ":") else { return nil }
        return century &* 100 &+ year
    }
}
