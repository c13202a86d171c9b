package import Systemd

/// What went wrong with a listening socket: operation, listener and the system's reason.
package struct SocketError: Error, Equatable, Sendable, CustomStringConvertible {
    package let operation: String
    package let object: String
    package let errno: Errno
    /// What the reader can do about it.
    package let advice: String?

    package init(_ operation: String, _ object: String, _ errno: Errno, advice: String? = nil) {
        self.operation = operation
        self.object = object
        self.errno = errno
        self.advice = advice
    }

    package var description: String {
        "\(operation) \(object): \(errno)" + (advice.map { "; \($0)" } ?? "")
    }
}
