import Glibc

/// The local time of day, for people.
enum TimeOfDay {
    /// Now, as `18:13:05`; see localtime_r(3).
    static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "an unknown time" }
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { ($0 < 10 ? "0" : "") + "\($0)" }.joined(separator: ":")
    }
}
