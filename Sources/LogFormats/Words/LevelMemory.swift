import LogRecords

/// Finds severities as `LevelNames` does, and faster that of the last name: comparing is cheaper than looking up.
struct LevelMemory: Sendable {
    /// The first and the last eight bytes are all of a name.
    private static let maxBytes = 16

    private var count = 0
    private var head: UInt64 = 0
    private var tail: UInt64 = 0
    private var last: Severity?

    mutating func severity(named name: Span<UInt8>) -> Severity? {
        guard name.count <= Self.maxBytes else { return LevelNames.shared.severity(named: name) }
        let (head, tail) = KeywordTable.ends(of: name)
        guard count != name.count || head != self.head || tail != self.tail else { return last }
        last = LevelNames.shared.severity(named: name)
        (count, self.head, self.tail) = (name.count, head, tail)
        return last
    }
}
