public import Systemd

/// What went wrong at a backend's output: operation, object and the system's reason.
public struct LogBackendError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, such as `cannot open`.
    public let operation: String
    /// What it was tried on, such as a path.
    public let object: String
    /// Why it failed: errno(3).
    public let errno: Errno
    /// What the reader can do about it.
    public let advice: String?

    public init(_ operation: String, _ object: String, _ errno: Errno, advice: String? = nil) {
        self.operation = operation
        self.object = object
        self.errno = errno
        self.advice = advice
    }

    public var description: String {
        "\(operation) \(object): \(errno)" + (advice.map { "; \($0)" } ?? "")
    }
}
