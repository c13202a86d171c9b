import LogRecords

/// The members of a message that need not be looked at, as the record does not need what they become.
struct UnreadMembers: Sendable {
    private var selection = FieldSelection.all
    private var roles = EnumSet<FieldRole>()
    /// Whether extra fields are not needed, except those whose names begin with the record's own prefix.
    private var leavesExtra = false
    private var ownPrefix: StaticString = ""
    /// The prefix's first byte.
    private var ownStart: UInt8?

    /// Finds them for records of another selection than the last one; the record's own prefix is always the same.
    ///
    /// - Parameter record: left as it is; `inout`, because it would be copied otherwise.
    @inline(__always)
    mutating func update(for record: inout LogRecord) {
        if record.selection != selection { find(for: record) }
    }

    /// Finds the roles of members that become a field of their own, or an extra field, and change nothing else.
    @inline(never)
    private mutating func find(for record: borrowing LogRecord) {
        selection = record.selection
        roles.removeAll()
        leavesExtra = record.selection.mayLeaveUnread(parts: .extra)
        ownPrefix = record.ownPrefix
        ownStart = ownPrefix.description.utf8.first
        guard leavesExtra else { return }
        for role in FieldRole.allCases {
            if let key = role.plainTextField, key != .file, record.selection.mayLeaveUnread(key) { roles.insert(role) }
        }
        // Those that depend on each other.
        if record.selection.mayLeaveUnread(parts: [.key(.file), .key(.line)]) {
            for role in [FieldRole.file, .callSite, .line] { roles.insert(role) }
        }
        if record.selection.mayLeaveUnread(parts: .claimedTime) {
            for role in [FieldRole.time, .seconds, .nanoseconds] { roles.insert(role) }
        }
    }

    /// Whether a member of that role is one of them, which is not an object.
    @inline(__always)
    func contains(_ role: FieldRole) -> Bool { roles.contains(role) }

    /// Whether a member of that name is one of them, which has no role.
    @inline(__always)
    func contains(extra name: JSONString, in text: Span<UInt8>) -> Bool {
        guard leavesExtra, !name.hasEscapes else { return false }
        guard let ownStart, !name.range.isEmpty, text[name.range.lowerBound] == ownStart else { return true }
        return !text.extracting(name.range).begins(with: ownPrefix)
    }
}
