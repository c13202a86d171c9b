/// An environment variable of systemd's protocols does not say what it should.
public struct EnvironmentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The variable's name.
    public let variable: String
    /// What it is set to.
    public let value: String
    /// What is wrong, and what was expected.
    public let problem: String

    /// Makes an error.
    public init(variable: String, value: String, problem: String) {
        self.variable = variable
        self.value = value
        self.problem = problem
    }

    /// One line: variable, value, and what is wrong.
    public var description: String {
        "\(variable)=\(value): \(problem)"
    }
}
