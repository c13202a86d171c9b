import LogRecords

/// The members of one message and their roles: scratch memory of `JSONParser`.
///
/// Each member ends in exactly one place: it is taken for its meaning, its own members stand in for it, or it is one
/// that the sender attached.
struct MemberList: Sendable {
    struct Member: Sendable {
        let name: JSONString
        let value: JSONValue
        /// The place in `FieldRole.objects` of the object that it is in; -1 at the top.
        let parent: Int8
        let key: FieldRoleTable.Key?
        /// Whether its own members are in the list, rather than itself.
        var isOpened = false
    }

    /// An object with more members than this is not opened.
    private static let maxObjectMembers = 64
    /// A name written in more bytes than this has no meaning, escapes considered.
    private static let maxNameBytes = 300
    /// Memory for more members than this is released after each message.
    private static let retainedCapacity = 1024

    private let keys = FieldRoleTable.shared
    private var memory = JSONNameMemory<FieldRoleTable.Key?>()
    var unread = UnreadMembers()
    /// A name with escapes, decoded.
    private var name: [UInt8] = []
    private var opened: UInt64 = 0
    /// By meaning; not more than 32 are known.
    private var taken = InlineArray<32, Int32>(repeating: -1)
    private(set) var list: [Member] = []
    var values = RoleValues()

    /// Reads the object that the text is, without the members that need not be looked at.
    mutating func read(_ text: Span<UInt8>, _ context: ReceiveContext) throws(JSONError) {
        list.removeAll(keepingCapacity: true)
        opened = 0
        taken = InlineArray(repeating: -1)
        values.forget()
        try append(in: text)
        var index = 0
        // The list grows while it is gone through: by the members of objects that are opened.
        while index < list.count {
            consider(index, in: text, context)
            index &+= 1
        }
        if values.hasRare { forgetWhatStandsAlone() }
    }

    /// Drops roles that count only beside others, and those of fields that other members fill.
    private mutating func forgetWhatStandsAlone() {
        if self[.mongoTime] < 0 {
            self[.mongoLevel] = -1
            self[.mongoLogger] = -1
            self[.mongoThread] = -1
        }
        let message = self[.message]
        if message < 0 || list[message].parent < 0 || self[.logger] >= 0 { self[.tracingTarget] = -1 }
        if self[.logger] >= 0 { self[.mongoLogger] = -1 }
        if self[.threadName] >= 0 { self[.mongoThread] = -1 }
    }

    mutating func forget() {
        if list.capacity > Self.retainedCapacity { list = [] }
    }

    /// The index of the member that is taken for a meaning, -1 for none.
    subscript(_ role: FieldRole) -> Int {
        get { Int(taken[Int(role.rawValue)]) }
        set { taken[Int(role.rawValue)] = Int32(truncatingIfNeeded: newValue) }
    }

    /// The role of the member at that index; nil where it has none, or another member has it.
    func role(at index: Int) -> FieldRole? {
        guard let role = list[index].key?.role, self[role] == index else { return nil }
        return role
    }

    /// Appends the members at the top.
    private mutating func append(in text: Span<UInt8>) throws(JSONError) {
        var scanner = JSONScanner()
        var place = JSONNameMemory<FieldRoleTable.Key?>.start
        while true {
            let name: JSONString
            let key: FieldRoleTable.Key?
            if let found = memory.next(at: place, in: text, &scanner) {
                (name, key, place) = (found.name, found.meaning, found.place)
            } else {
                let start = scanner.index
                guard let read = try scanner.nextName(in: text) else { return }
                name = read
                key = find(name, parent: -1, in: text)
                place = memory.keep(key, of: name, at: place, start..<scanner.index, in: text)
            }
            let value = try scanner.value(in: text)
            if mayLeaveOut(name, key, value, in: text) { continue }
            list.append(Member(name: name, value: value, parent: -1, key: key))
        }
    }

    @inline(__always)
    private func mayLeaveOut(
        _ name: JSONString,
        _ key: FieldRoleTable.Key?,
        _ value: JSONValue,
        in text: Span<UInt8>
    ) -> Bool {
        guard let key else { return unread.contains(extra: name, in: text) }
        // An object's members may have other roles.
        if case .object = value { return false }
        return key.role.map { unread.contains($0) } ?? false
    }

    /// Appends the members of an object within the text.
    private mutating func append(in text: Span<UInt8>, from start: Int, parent: Int8) throws(JSONError) {
        var scanner = JSONScanner(from: start)
        while let member = try scanner.next(in: text) {
            let key = find(member.name, parent: parent, in: text)
            list.append(Member(name: member.name, value: member.value, parent: parent, key: key))
        }
    }

    @inline(never)
    private mutating func find(_ name: JSONString, parent: Int8, in text: Span<UInt8>) -> FieldRoleTable.Key? {
        guard name.range.count <= Self.maxNameBytes else { return nil }
        guard name.hasEscapes else { return keys.key(text.extracting(name.range), in: parent) }
        self.name.removeAll(keepingCapacity: true)
        guard name.append(from: text, to: &self.name) else { return nil }
        return keys.key(self.name.span, in: parent)
    }

    /// Appends the name of an object that has been opened, and a dot.
    static func appendPath(of object: Int8, to output: inout [UInt8]) {
        output.append(FieldRole.objects[Int(object)])
        output.append(UInt8(ascii: "."))
    }

    /// Gives the member its role, if it is preferred to the one that has the role so far; or opens it.
    private mutating func consider(_ index: Int, in text: Span<UInt8>, _ context: ReceiveContext) {
        let member = list[index]
        guard let key = member.key else { return }
        if case .object(let range) = member.value {
            if key.role == .time || key.role == .mongoTime,
                values.acceptTime(range, as: key.role ?? .time, in: text, context)
            {
                self[key.role ?? .time] = index
                return
            }
            if key.object >= 0 { open(index, range, object: key.object, in: text) }
            return
        }
        guard let role = key.role else { return }
        let rival = self[role]
        if rival >= 0, let rank = list[rival].key?.rank, rank <= key.rank { return }
        if values.accept(member.value, as: role, in: text, context) { self[role] = index }
    }

    /// Adds the members of an object to the list, if one of them has a role.
    ///
    /// No object is opened twice.
    private mutating func open(_ index: Int, _ range: Range<Int>, object: Int8, in text: Span<UInt8>) {
        let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: object)
        guard opened & bit == 0 else { return }
        let count = list.count
        // It has been read before, and is valid.
        try? append(in: text.extracting(..<range.upperBound), from: range.lowerBound, parent: object)
        let hasRole = list[count...].contains { $0.key != nil }
        guard hasRole, list.count - count <= Self.maxObjectMembers else {
            list.removeSubrange(count...)
            return
        }
        opened |= bit
        list[index].isOpened = true
    }
}
