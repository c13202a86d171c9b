/// Encoded records of one thread, in order.
public struct LogBatch: Sendable {
    /// The records' bytes, one record after the other.
    public var bytes: [UInt8] = []
    /// Where each record ends in `bytes`.
    public private(set) var ends: [Int] = []
    /// The number of records before this batch since the pipeline started; set by the pipeline.
    public internal(set) var position: UInt64 = 0

    /// Memory beside the arrays that lasts as long as the batch, in bytes.
    private var extraMemory = 0

    /// The most memory beside the elements, in bytes: of arrays, places in the queue, and the allocator's rounding.
    private static let fixedMemory = 256

    /// Makes a batch without records.
    public init() {}

    /// The number of records.
    public var count: Int { ends.count }

    /// Whether the batch has no records.
    public var isEmpty: Bool { ends.isEmpty }

    /// The memory that the batch takes, in bytes: all that its arrays have room for.
    var memory: Int {
        bytes.capacity &+ ends.capacity &* MemoryLayout<Int>.size &+ extraMemory &+ Self.fixedMemory
    }

    /// The size of the records in bytes: their own bytes, and 8 for the end of each.
    var size: Int { bytes.count &+ ends.count &* MemoryLayout<Int>.size }

    /// The bytes of one record.
    public func range(of index: Int) -> Range<Int> {
        start(of: index)..<ends[index]
    }

    /// Where a record begins in `bytes`; for `count`, where the last one ends.
    func start(of index: Int) -> Int {
        index == 0 ? 0 : ends[index - 1]
    }

    /// Ends a record: the bytes appended since the end of the previous one.
    public mutating func endRecord() {
        ends.append(bytes.count)
    }

    /// Counts memory that is released when the batch is settled.
    mutating func addMemory(_ count: Int) {
        extraMemory &+= count
    }

    /// Removes the records and keeps the memory, unless it is larger than the limit.
    mutating func recycle(keeping limit: Int) {
        extraMemory = 0
        bytes.removeAll(keepingCapacity: bytes.capacity <= limit)
        ends.removeAll(keepingCapacity: ends.capacity <= limit / MemoryLayout<Int>.size)
    }
}
