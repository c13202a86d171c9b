/// Encoded records in order, as one thread handed them over.
public struct LogBatch: Sendable {
    /// The records' bytes, one record after the other.
    public var bytes: [UInt8] = []
    /// Where each record ends in `bytes`.
    public private(set) var ends: [Int] = []
    /// How many records came before this batch since the pipeline started; the pipeline sets it.
    public internal(set) var position: UInt64 = 0

    /// Makes a batch without records.
    public init() {}

    /// The number of records.
    public var count: Int { ends.count }

    /// Whether there is no record.
    public var isEmpty: Bool { ends.isEmpty }

    /// The memory that the records take, in bytes: their own, and 8 for where each one ends.
    var size: Int { bytes.count &+ ends.count &* MemoryLayout<Int>.size }

    /// The bytes of one record.
    public func range(of index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// Ends a record: everything appended to `bytes` since the last end is one.
    public mutating func endRecord() {
        ends.append(bytes.count)
    }

    /// Forgets the records and keeps the memory, unless one large record or many small ones made it large.
    mutating func recycle(keeping limit: Int) {
        bytes.removeAll(keepingCapacity: bytes.capacity <= limit)
        ends.removeAll(keepingCapacity: ends.capacity <= limit / MemoryLayout<Int>.size)
    }
}
