/// An environment variable of systemd's protocols with an invalid value.
public struct EnvironmentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The variable's name.
    public let variable: String
    /// The variable's value.
    public let value: String
    /// The error, and the expected value.
    public let problem: String

    /// Makes an error.
    public init(variable: String, value: String, problem: String) {
        self.variable = variable
        self.value = value
        self.problem = problem
    }

    /// One line: variable, value and error.
    public var description: String {
        "\(variable)=\(value): \(problem)"
    }
}
