/// What "committed" means for a record in a file.
public enum FileSync: String, Sendable, CaseIterable {
    /// The kernel has it: it survives the daemon, not a loss of power.
    case none
    /// fdatasync(2) has returned: the disk has it.
    case data
}
