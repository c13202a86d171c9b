package import Linux

/// How far the records of one producer are settled: committed, or rejected.
public struct Settlement: Sendable {
    /// The position up to which all is settled.
    public let position: UInt64
    /// Positions of the records that the output rejected since the producer asked last.
    public let rejected: [UInt64]
    /// The highest position whose rejection was not kept, because the list was full; 0: none.
    public let forgotten: UInt64
    /// When the last of them was settled.
    package let time: MonotonicTime

    package init(position: UInt64, rejected: [UInt64], forgotten: UInt64, time: MonotonicTime) {
        self.position = position
        self.rejected = rejected
        self.forgotten = forgotten
        self.time = time
    }
}
