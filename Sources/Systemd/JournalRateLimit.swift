import Glibc

/// journald's limit for the records of one unit; see `LogRateLimitIntervalSec=` in systemd.exec(5).
public struct JournalRateLimit: Equatable, Sendable {
    /// The burst where the unit sets none: the default of `RateLimitBurst=` in journald.conf(5).
    private static let defaultBurst: UInt64 = 10_000

    /// Microseconds; nil: journald's own setting holds.
    let interval: UInt64?
    /// Records in each interval; nil: journald's own setting holds.
    let burst: UInt64?

    /// - Parameters: what systemd hands to journald, in decimal. Like journald, it takes anything else for nothing.
    init(interval: String?, burst: String?) {
        self.interval = interval.flatMap(Self.number)
        self.burst = burst.flatMap(Self.number)
    }

    /// What the system's manager has handed to journald for a unit, as targets of links below `/run/systemd/units`.
    public init(ofUnit name: String) {
        self.init(
            interval: Self.target("/run/systemd/units/log-rate-limit-interval:\(name)"),
            burst: Self.target("/run/systemd/units/log-rate-limit-burst:\(name)")
        )
    }

    /// Whether the limit allows a record each microsecond, more than any daemon can send; journald knows no other "off".
    ///
    /// `LogRateLimitIntervalSec=0` is the same as nothing: systemd does not hand it over.
    public var isOff: Bool {
        guard let interval else { return false }
        return (burst ?? Self.defaultBurst) >= interval
    }

    private static func number(_ text: String) -> UInt64? {
        let isDecimal = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isDecimal ? UInt64(text).flatMap { $0 > 0 ? $0 : nil } : nil
    }

    /// What a symbolic link holds; nil when there is none, or more than a number.
    private static func target(_ path: String) -> String? {
        let limit = 64
        var characters = [CChar](repeating: 0, count: limit)
        let count = readlink(path, &characters, limit)
        guard count > 0, count < limit else { return nil }
        return String(decoding: characters[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
