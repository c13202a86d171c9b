import CLinux
import Glibc

/// The environment variables that systemd sets for a service; see systemd.exec(5).
public enum Environment {
    /// The variable's value; nil when it is not set.
    public static func value(_ name: String) -> String? {
        // getenv's memory is valid until the environment is changed; the text is copied at once.
        getenv(name).map { String(cString: $0) }
    }

    /// A variable's value as a decimal number; nil when it is not set.
    ///
    /// - Throws: when the value is not a number, or out of range.
    static func number<Number: FixedWidthInteger>(
        _ name: String,
        in environment: (String) -> String?,
        atLeast minimum: Number
    ) throws(EnvironmentError) -> Number? {
        guard let text = environment(name) else { return nil }
        let isDecimal = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDecimal, let number = Number(text), number >= minimum else {
            throw EnvironmentError(
                variable: name,
                value: text,
                problem: "expected a number from \(minimum) to \(Number.max)"
            )
        }
        return number
    }
}
