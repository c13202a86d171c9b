import CLinux
import Glibc

/// The environment variables in which systemd tells a service what it may use; see systemd.exec(5).
public enum Environment {
    /// The variable's value; nil when it is not set.
    public static func value(_ name: String) -> String? {
        // getenv's memory stays as it is until somebody changes the environment; the text is copied at once.
        getenv(name).map { String(cString: $0) }
    }

    /// A variable's value as a decimal number; nil when it is not set.
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
