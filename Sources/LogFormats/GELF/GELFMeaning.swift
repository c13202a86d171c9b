import LogRecords

/// What a member is by its name: one of GELF's own, an additional one of a known meaning, or any other.
enum GELFMeaning {
    case own(GELFField)
    case additional(FieldRole)
    case other

    /// - Parameters:
    ///   - name: the member's name, without escapes.
    ///   - keys: the names of known meaning.
    init(_ name: Span<UInt8>, among keys: FieldRoleTable) {
        if let field = GELFField(name) {
            self = .own(field)
            return
        }
        let isMarked = name.count > 1 && name[0] == UInt8(ascii: "_")
        if let role = keys.key(isMarked ? name.extracting(1...) : name, in: -1)?.role, Self.isAdditional(role) {
            self = .additional(role)
        } else {
            self = .other
        }
    }

    /// Whether an additional field can have that meaning.
    private static func isAdditional(_ role: FieldRole) -> Bool {
        switch role {
        case .message, .journalMessage, .outputLine, .time, .seconds, .nanoseconds, .mongoTime, .mongoLevel,
            .mongoLogger, .mongoThread, .tracingTarget:
            false
        default: true
        }
    }
}
