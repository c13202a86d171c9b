/// When a record in a file counts as committed.
public enum FileSync: String, Sendable, CaseIterable {
    /// When write(2) has returned: the record survives the process, but not a loss of power.
    case none
    /// When fdatasync(2) has returned: the record is on the disk.
    case data
}
