/// The memory that one thread holds for what senders have begun and for replies that wait.
///
/// Used on that thread only.
final class HeldMemory {
    /// What one message costs beside its bytes: the header of the array, and the rounding of the allocator.
    static let overhead = 64

    /// The most that may be held, in bytes.
    let limit: Int
    /// How much is held, in bytes.
    private(set) var total = 0

    /// Holds nothing yet.
    ///
    /// - Parameter limit: the most that may be held, in bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether more is held than may be; then `SocketWorker.makeRoom` is to be called.
    var isExceeded: Bool { total > limit }

    /// Takes memory.
    ///
    /// - Parameter growth: in bytes; negative: gives memory back.
    func add(_ growth: Int) {
        total &+= growth
    }
}
