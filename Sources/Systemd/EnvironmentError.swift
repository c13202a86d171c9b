/// An environment variable of systemd's protocols does not say what it should.
public struct EnvironmentError: Error, Equatable, Sendable, CustomStringConvertible {
    public let variable: String
    public let value: String
    /// What is wrong, and what was expected.
    public let problem: String

    public init(variable: String, value: String, problem: String) {
        self.variable = variable
        self.value = value
        self.problem = problem
    }

    public var description: String {
        "\(variable)=\(value): \(problem)"
    }
}
