import LogRecords

/// Collects a message that comes in several pieces, and keeps it from its delivery until the next call.
struct ReassemblyBuffer: Sendable {
    /// More memory than this, in bytes, is released as soon as it is not needed.
    static let retainedCapacity = 4 << 10

    private(set) var bytes: [UInt8] = []
    /// Whether the bytes have been delivered.
    private var isDelivered = false

    /// Appends the big-endian bytes of the lowest `count` bytes of a number.
    mutating func append(bigEndian value: UInt32, count: Int) {
        for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * (count - 1 - place)))) }
    }

    /// Appends bytes, and takes memory for at most `maxCapacity` of them.
    mutating func append(_ part: Span<UInt8>, maxCapacity: Int) {
        let needed = bytes.count &+ part.count
        if needed > bytes.capacity { bytes.reserveCapacity(min(maxCapacity, max(needed, 2 &* bytes.capacity))) }
        bytes.append(part)
    }

    /// Removes the first bytes.
    mutating func removeFirst(_ count: Int) {
        bytes.removeFirst(count)
    }

    /// Removes the last bytes.
    mutating func removeLast(_ count: Int) {
        bytes.removeLast(count)
    }

    /// Removes all bytes, and keeps the memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Releases the memory if there are no bytes.
    mutating func releaseMemory() {
        if bytes.isEmpty, bytes.capacity > 0 { bytes = [] }
    }

    /// Marks the bytes as delivered: `discardDelivered` removes them.
    mutating func deliver() {
        isDelivered = true
    }

    /// Removes the bytes if they have been delivered.
    @inline(__always)
    mutating func discardDelivered() {
        if isDelivered { discard() }
    }

    /// Removes all bytes.
    mutating func discard() {
        isDelivered = false
        if bytes.capacity > Self.retainedCapacity {
            bytes = []
        } else {
            bytes.removeAll(keepingCapacity: true)
        }
    }
}
