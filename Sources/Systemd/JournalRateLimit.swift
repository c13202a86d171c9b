import Glibc

/// The rate limit of journald for one unit; see `LogRateLimitIntervalSec=` in systemd.exec(5).
public struct JournalRateLimit: Equatable, Sendable {
    /// The burst when the unit sets none: the default of `RateLimitBurst=` in journald.conf(5).
    private static let defaultBurst: UInt64 = 10_000

    /// Microseconds; nil: journald's own setting holds.
    let interval: UInt64?
    /// Records in each interval; nil: journald's own setting holds.
    let burst: UInt64?

    /// Parses the decimal numbers that systemd passes to journald; like journald, ignores any other text.
    init(interval: String?, burst: String?) {
        self.interval = interval.flatMap(Self.number)
        self.burst = burst.flatMap(Self.number)
    }

    /// Reads the limit that the system manager has passed to journald, as links below `/run/systemd/units`.
    public init(ofUnit name: String) {
        self.init(
            interval: Self.target("/run/systemd/units/log-rate-limit-interval:\(name)"),
            burst: Self.target("/run/systemd/units/log-rate-limit-burst:\(name)")
        )
    }

    /// Whether the limit allows a record each microsecond, more than any daemon can send; journald has no other "off".
    ///
    /// `LogRateLimitIntervalSec=0` has no effect, since systemd does not pass it on.
    public var isOff: Bool {
        guard let interval else { return false }
        return (burst ?? Self.defaultBurst) >= interval
    }

    private static func number(_ text: String) -> UInt64? {
        let isDecimal = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isDecimal ? UInt64(text).flatMap { $0 > 0 ? $0 : nil } : nil
    }

    /// The target of a symbolic link; nil when there is none, or it is longer than a number.
    private static func target(_ path: String) -> String? {
        let limit = 64
        var characters = [CChar](repeating: 0, count: limit)
        let count = readlink(path, &characters, limit)
        guard count > 0, count < limit else { return nil }
        return String(decoding: characters[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
