import LogRecords

/// The members of a message that need not be looked at, as the record does not need what they become.
struct UnreadRoles: Sendable {
    private var selection = FieldSelection.all
    private var roles = EnumSet<FieldRole>()

    /// Finds them for records of another selection than the last one.
    @inline(__always)
    mutating func update(for record: borrowing LogRecord) {
        if record.selection != selection { find(for: record) }
    }

    /// Finds the roles of members that become a field of their own, or an extra field, and change nothing else.
    @inline(never)
    private mutating func find(for record: borrowing LogRecord) {
        selection = record.selection
        roles.removeAll()
        guard !selection.contains(.extra) else { return }
        for role in FieldRole.allCases {
            if let key = role.plainTextField, key != .file, record.mayLeaveUnread(key) { roles.insert(role) }
        }
        // Those that depend on each other.
        if record.mayLeaveUnread(parts: [.key(.file), .key(.line)]) {
            for role in [FieldRole.file, .callSite, .line] { roles.insert(role) }
        }
        if record.mayLeaveUnread(parts: .claimedTime) {
            for role in [FieldRole.time, .seconds, .nanoseconds] { roles.insert(role) }
        }
    }

    /// Whether a member at the top is one of them.
    @inline(__always)
    func contains(
        _ name: JSONString,
        _ key: FieldRoleTable.Key?,
        _ value: JSONValue,
        in text: Span<UInt8>,
        _ record: borrowing LogRecord
    ) -> Bool {
        guard !selection.contains(.extra) else { return false }
        guard let key else { return !name.hasEscapes && record.mayLeaveUnread(extra: text.extracting(name.range)) }
        // An object's members may have other roles.
        if case .object = value { return false }
        return key.role.map { roles.contains($0) } ?? false
    }
}
