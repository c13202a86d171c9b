import LogRecords

/// Writes the times that Python's `datetime` pickles, as its `isoformat` does; a `timedelta` as its `str`.
enum PythonTime {
    /// Appends a `datetime` in the form of RFC 3339.
    ///
    /// - Parameters:
    ///   - bytes: year, month, day, hour, minute, second in 7 bytes, and microseconds in 3.
    ///   - output: what the text is appended to.
    /// - Returns: whether the bytes are a time.
    static func append(datetime bytes: [UInt8], to output: inout [UInt8]) -> Bool {
        guard bytes.count == 10, isDate(bytes), isClock(bytes[4...], hour: bytes[4]) else { return false }
        append(dateOf: bytes, to: &output)
        output.append(UInt8(ascii: "T"))
        append(clock: bytes[4...], hour: bytes[4], to: &output)
        return true
    }

    static func append(date bytes: [UInt8], to output: inout [UInt8]) -> Bool {
        guard bytes.count == 4, isDate(bytes) else { return false }
        append(dateOf: bytes, to: &output)
        return true
    }

    static func append(time bytes: [UInt8], to output: inout [UInt8]) -> Bool {
        // The first bit selects one of two moments with the same clock time.
        guard bytes.count == 6, isClock(bytes[...], hour: bytes[0] & 0x7F) else { return false }
        append(clock: bytes[...], hour: bytes[0] & 0x7F, to: &output)
        return true
    }

    /// `1 day, 0:01:30.000500`.
    static func append(days: Int64, seconds: Int64, microseconds: Int64, to output: inout [UInt8]) -> Bool {
        guard (-999_999_999...999_999_999).contains(days), (0..<86_400).contains(seconds),
            (0..<1_000_000).contains(microseconds)
        else { return false }
        if days != 0 {
            output.append(decimal: days)
            output.append(days == 1 || days == -1 ? " day, " : " days, ")
        }
        output.append(decimal: seconds / 3600)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: Int(seconds / 60 % 60), width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: Int(seconds % 60), width: 2)
        append(microseconds: Int(microseconds), to: &output)
        return true
    }

    /// `+01:00`, and seconds where there are any.
    static func append(offset seconds: Int64, to output: inout [UInt8]) -> Bool {
        guard (-86_399...86_399).contains(seconds) else { return false }
        let magnitude = Int(seconds.magnitude)
        output.append(UInt8(ascii: seconds < 0 ? "-" : "+"))
        output.append(decimal: magnitude / 3600, width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: magnitude / 60 % 60, width: 2)
        if magnitude % 60 != 0 {
            output.append(UInt8(ascii: ":"))
            output.append(decimal: magnitude % 60, width: 2)
        }
        return true
    }

    private static func isDate(_ bytes: [UInt8]) -> Bool {
        let year = Int(bytes[0]) << 8 | Int(bytes[1])
        return CivilCalendar.days(toYear: year, month: Int(bytes[2] & 0x7F), day: Int(bytes[3])) != nil
    }

    private static func isClock(_ bytes: ArraySlice<UInt8>, hour: UInt8) -> Bool {
        let first = bytes.startIndex
        return hour < 24 && bytes[first + 1] < 60 && bytes[first + 2] < 60 && microseconds(bytes) < 1_000_000
    }

    private static func microseconds(_ bytes: ArraySlice<UInt8>) -> Int {
        let first = bytes.startIndex
        return Int(bytes[first + 3]) << 16 | Int(bytes[first + 4]) << 8 | Int(bytes[first + 5])
    }

    private static func append(dateOf bytes: [UInt8], to output: inout [UInt8]) {
        output.append(decimal: Int(bytes[0]) << 8 | Int(bytes[1]), width: 4)
        output.append(UInt8(ascii: "-"))
        output.append(decimal: Int(bytes[2] & 0x7F), width: 2)
        output.append(UInt8(ascii: "-"))
        output.append(decimal: Int(bytes[3]), width: 2)
    }

    private static func append(clock bytes: ArraySlice<UInt8>, hour: UInt8, to output: inout [UInt8]) {
        let first = bytes.startIndex
        output.append(decimal: Int(hour), width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: Int(bytes[first + 1]), width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: Int(bytes[first + 2]), width: 2)
        append(microseconds: microseconds(bytes), to: &output)
    }

    private static func append(microseconds: Int, to output: inout [UInt8]) {
        guard microseconds > 0 else { return }
        output.append(UInt8(ascii: "."))
        output.append(decimal: microseconds, width: 6)
    }
}
