/// Something that holds memory for what a sender has begun, or for a reply that waits.
protocol MemoryHolder: AnyObject {
    /// The source that the memory counts for.
    var source: Source { get }

    /// The memory that is held, in bytes.
    var heldMemory: Int { get }

    /// Releases memory that is kept for further use.
    func releaseMemory()

    /// Gives up what it holds, or some of it, as all together hold too much; a stream ends.
    func giveUp()
}
