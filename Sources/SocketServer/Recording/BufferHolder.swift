/// A stream that holds memory for an unfinished message.
protocol BufferHolder: AnyObject {
    /// The source that the memory counts for.
    var source: Source { get }

    /// The memory of the unfinished message, in bytes.
    var heldMemory: Int { get }

    /// Gives the unfinished message up, and ends the stream.
    func giveUpUnfinished()
}
