/// Names of time zones that stand after times.
///
/// Names are not unique; these have the meaning of RFC 822, section 5.1, or else the usual one.
enum ZoneNames {
    /// Seconds east of UTC; nil when the name is not known.
    static func offset(_ name: Span<UInt8>) -> Int? {
        guard (1...5).contains(name.count) else { return nil }
        // `TZ-6` is the example of RFC 3164, section 5.4.
        if name.count >= 4, name[0] == UInt8(ascii: "T"), name[1] == UInt8(ascii: "Z") { return numbered(name) }
        var letters: UInt64 = 0
        for index in 0..<name.count {
            // Hosts stand where zones may: most need not be looked up.
            guard ASCII.isUpper(name[index]) else { return nil }
            letters = letters << 8 | UInt64(name[index])
        }
        for (known, minutes) in zones where known == letters { return minutes &* 60 }
        return nil
    }

    private static func numbered(_ name: Span<UInt8>) -> Int? {
        guard name[2] == UInt8(ascii: "-") || name[2] == UInt8(ascii: "+") else { return nil }
        var hours = 0
        for index in 3..<name.count {
            guard let digit = ASCII.digit(name[index]) else { return nil }
            hours = hours &* 10 &+ Int(digit)
        }
        guard hours <= 14 else { return nil }
        return (name[2] == UInt8(ascii: "-") ? -3600 : 3600) &* hours
    }

    private static let zones: [(UInt64, Int)] = [
        ("UTC", 0), ("GMT", 0), ("Z", 0), ("WET", 0), ("WEST", 60), ("BST", 60), ("CET", 60), ("MET", 60),
        ("CEST", 120), ("MEST", 120), ("EET", 120), ("EEST", 180), ("MSK", 180), ("EST", -300), ("EDT", -240),
        ("CST", -360), ("CDT", -300), ("MST", -420), ("MDT", -360), ("PST", -480), ("PDT", -420), ("JST", 540),
        ("AEST", 600), ("AEDT", 660), ("NZST", 720), ("NZDT", 780),
    ].map { name, minutes in (name.utf8.reduce(0) { $0 << 8 | UInt64($1) }, minutes) }
}
