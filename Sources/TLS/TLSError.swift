/// Why a listener's TLS files cannot be used: the operation, the file, the reason, and advice.
package struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The operation, such as `cannot read the certificate`.
    package let operation: String
    /// The file's path; nil where none is at fault.
    package let file: String?
    /// The reason in OpenSSL's or the system's words.
    package let reason: String
    /// How to correct it.
    package let advice: String?

    package init(_ operation: String, _ file: String?, _ reason: String, advice: String? = nil) {
        self.operation = operation
        self.file = file
        self.reason = reason
        self.advice = advice
    }

    /// One line with all parts.
    package var description: String {
        operation + (file.map { " \($0)" } ?? "") + ": \(reason)" + (advice.map { "; \($0)" } ?? "")
    }
}
