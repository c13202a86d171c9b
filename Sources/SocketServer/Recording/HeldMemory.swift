import LogFormats

/// The memory that one thread holds for what senders have begun and for replies that wait.
///
/// Used on that thread only.
final class HeldMemory {
    /// What one message costs beside its bytes: the header of the array, and the rounding of the allocator.
    static let overhead = 64

    /// The most that may be held, in bytes.
    let limit: Int
    /// From so much on, in bytes, less is taken: what is left is for messages that cannot do without.
    private let scarceFrom: Int
    /// How much is held, in bytes.
    private(set) var total = 0

    /// Holds nothing yet.
    ///
    /// - Parameter limit: the most that may be held, in bytes.
    init(limit: Int) {
        self.limit = limit
        scarceFrom = limit / 4 * 3
    }

    /// Whether so much is held that the beginnings of messages are better left with the kernel, where they can be.
    var isScarce: Bool { total > scarceFrom }

    /// Whether more is held than may be; the caller then calls `SocketWorker.makeRoom`.
    var isExceeded: Bool { total > limit }

    /// Why an unfinished message is given up then.
    var fault: MessageError {
        MessageError("unfinished messages take more than \(limit) bytes of memory (memory_limit)", .crowded)
    }

    /// Takes memory.
    ///
    /// - Parameter growth: in bytes; negative: gives memory back.
    func add(_ growth: Int) {
        total &+= growth
    }

    /// Holds as much for one thing as it has now.
    ///
    /// - Parameters:
    ///   - held: how much was held for it, in bytes; afterwards, how much is.
    ///   - needed: how much it has, in bytes.
    /// - Returns: false where it has grown, and too much is held.
    func change(_ held: inout Int, to needed: Int) -> Bool {
        let growth = needed &- held
        guard growth != 0 else { return true }
        held = needed
        add(growth)
        return growth < 0 || !isExceeded
    }

    /// The memory of an unfinished message, rather than its bytes: that is limited.
    static func memory(of buffered: [UInt8]) -> Int {
        buffered.capacity > 0 ? buffered.capacity &+ overhead : 0
    }
}
