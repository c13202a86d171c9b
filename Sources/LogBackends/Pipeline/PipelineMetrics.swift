public import Linux

/// Counts of a pipeline's records; `received` is always the sum of `committed`, `waiting` and `rejected`.
public struct PipelineMetrics: Sendable, Equatable {
    /// Records handed over.
    public var received: UInt64 = 0
    /// Records that the output has committed.
    public var committed: UInt64 = 0
    /// Records that the output will never accept.
    public var rejected: UInt64 = 0
    /// The memory of the records that are not settled, in bytes.
    public var waitingBytes = 0
    /// How long the output took to settle what it was given, or to fail.
    public var writeTimes = DurationHistogram()
    /// Failed writes; each is tried again.
    public var failures: UInt64 = 0
    /// Why the last write failed; nil when it succeeded.
    public var failure: SystemError?

    /// Records handed over and not settled.
    public var waiting: UInt64 { received &- committed &- rejected }
}
