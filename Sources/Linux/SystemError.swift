/// A failed system call: the operation, its object, the system's reason, and advice.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The operation, such as `cannot open`.
    public let operation: String
    /// The object of the operation, such as a path or an address.
    public let object: String
    /// The reason: errno(3).
    public let errno: Errno
    /// How to correct it.
    public let advice: String?

    /// Makes an error.
    public init(_ operation: String, _ object: String, _ errno: Errno, advice: String? = nil) {
        self.operation = operation
        self.object = object
        self.errno = errno
        self.advice = advice
    }

    /// One line: operation, object, reason, and advice if any.
    public var description: String {
        "\(operation) \(object): \(errno)" + (advice.map { "; \($0)" } ?? "")
    }
}
