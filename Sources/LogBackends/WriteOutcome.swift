public import Linux

/// What became of the batches given to `LogOutput.write`.
public struct WriteOutcome: Sendable {
    /// Records from the front that are settled: committed, or rejected.
    public var done: Int
    /// Which of those the output will never take, so that trying again would be in vain; 0 is the first.
    public var rejected: [Int]
    /// Why the rest is not committed; nil when everything is, or will be without trouble.
    public var failure: SystemError?

    /// Makes an outcome.
    public init(done: Int, rejected: [Int] = [], failure: SystemError? = nil) {
        self.done = done
        self.rejected = rejected
        self.failure = failure
    }
}
