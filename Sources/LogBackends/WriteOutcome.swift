public import Linux

/// The result of `LogOutput.write`.
public struct WriteOutcome: Sendable {
    /// The number of records, from the front, that are settled: committed or rejected.
    public var done: Int
    /// The indices, from 0, of the settled records that the output will never accept.
    public var rejected: [Int]
    /// Why the other records are not committed; nil when all are committed or still under way.
    public var failure: SystemError?

    /// Makes an outcome.
    public init(done: Int, rejected: [Int] = [], failure: SystemError? = nil) {
        self.done = done
        self.rejected = rejected
        self.failure = failure
    }
}
