/// A set of cases of an enumeration that has at most 64 and numbers them from 0.
public struct EnumSet<Element: RawRepresentable> where Element.RawValue == UInt8 {
    @usableFromInline var bits: UInt64 = 0

    /// Makes an empty set.
    @inlinable
    public init() {}

    /// Whether there are no elements.
    @inlinable public var isEmpty: Bool { bits == 0 }

    /// Adds an element.
    ///
    /// - Returns: whether it was not there yet.
    @inlinable @discardableResult
    public mutating func insert(_ element: Element) -> Bool {
        let bit: UInt64 = 1 &<< UInt64(element.rawValue)
        defer { bits |= bit }
        return bits & bit == 0
    }

    /// Whether the element is there.
    @inlinable
    public func contains(_ element: Element) -> Bool {
        bits & (1 &<< UInt64(element.rawValue)) != 0
    }

    /// Removes all elements.
    @inlinable
    public mutating func removeAll() {
        bits = 0
    }
}

extension EnumSet: Sendable where Element: Sendable {}
