/// The parts of a record that its reader needs: others need not be made.
public struct FieldSelection: OptionSet, Sendable {
    /// A bit for each known key, by its number, and one for each other part from the top down.
    public let rawValue: UInt64

    /// Makes a selection of its bits.
    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// All that there is.
    @inlinable public static var all: FieldSelection { FieldSelection(rawValue: .max) }
    /// Fields with names that the sender chose.
    @inlinable public static var extra: FieldSelection { FieldSelection(rawValue: 1 << 63) }
    /// Structured data.
    @inlinable public static var structuredData: FieldSelection { FieldSelection(rawValue: 1 << 62) }
    /// The time that the sender claims.
    @inlinable public static var claimedTime: FieldSelection { FieldSelection(rawValue: 1 << 60) }
    /// The level's name also where there is no number of the level.
    @inlinable public static var unnumberedLevelName: FieldSelection { FieldSelection(rawValue: 1 << 61) }

    /// The field of a known key.
    @inlinable
    public static func key(_ key: FieldKey) -> FieldSelection {
        FieldSelection(rawValue: 1 &<< UInt64(key.rawValue))
    }

    /// Whether the field of a known key is among them.
    @inlinable
    public func contains(_ key: FieldKey) -> Bool {
        rawValue & 1 &<< UInt64(key.rawValue) != 0
    }

    /// Whether a parser may leave a field of that key unread: nothing would show what is wrong with it, either.
    @inlinable
    public func mayLeaveUnread(_ key: FieldKey) -> Bool {
        !contains(key) && key != .appName && hidesFaults
    }

    /// Whether a parser may leave all of those parts unread, for the same reason.
    @inlinable
    public func mayLeaveUnread(parts: FieldSelection) -> Bool {
        isDisjoint(with: parts) && hidesFaults
    }

    /// Whether neither a fault nor the message as received is needed.
    @inlinable public var hidesFaults: Bool { !contains(.fault) && !contains(.raw) }
}
