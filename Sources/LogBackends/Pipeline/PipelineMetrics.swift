public import Linux

/// What passed through a pipeline: `received` is always the sum of `committed`, `waiting` and `rejected`.
public struct PipelineMetrics: Sendable, Equatable {
    /// Records handed over.
    public var received: UInt64 = 0
    /// Records that the output has taken for good.
    public var committed: UInt64 = 0
    /// Records that the output will never take.
    public var rejected: UInt64 = 0
    /// Bytes of encoded records that are not committed, and 8 for each record.
    public var waitingBytes = 0
    /// Writes that failed and were or will be tried again.
    public var failures: UInt64 = 0
    /// Why the output takes nothing at the moment; nil when it does.
    public var failure: SystemError?

    /// Records handed over and not settled.
    public var waiting: UInt64 { received &- committed &- rejected }
}
