/// What went wrong with something of the system's: operation, object, the system's reason, and what to do.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, such as `cannot open`.
    public let operation: String
    /// What it was tried on, such as a path or an address.
    public let object: String
    /// Why it failed: errno(3).
    public let errno: Errno
    /// What the reader can do about it.
    public let advice: String?

    /// Makes an error.
    public init(_ operation: String, _ object: String, _ errno: Errno, advice: String? = nil) {
        self.operation = operation
        self.object = object
        self.errno = errno
        self.advice = advice
    }

    /// One line: operation, object, reason, and advice where there is some.
    public var description: String {
        "\(operation) \(object): \(errno)" + (advice.map { "; \($0)" } ?? "")
    }
}
