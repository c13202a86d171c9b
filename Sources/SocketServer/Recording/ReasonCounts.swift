/// Counts by reason: by the cases of an enumeration that has at most eight and numbers them from 0.
package struct ReasonCounts<Reason: CaseIterable & RawRepresentable<UInt8> & Sendable>: Sendable {
    private var counts = InlineArray<8, UInt64>(repeating: 0)

    package init() {}

    /// The count of one reason.
    package internal(set) subscript(reason: Reason) -> UInt64 {
        get { counts[Int(reason.rawValue)] }
        set { counts[Int(reason.rawValue)] = newValue }
    }

    /// The sum of all.
    package var total: UInt64 {
        var total: UInt64 = 0
        for index in counts.indices { total &+= counts[index] }
        return total
    }

    static func += (counts: inout ReasonCounts, more: ReasonCounts) {
        for index in counts.counts.indices { counts.counts[index] &+= more.counts[index] }
    }
}

extension ReasonCounts where Reason: CustomStringConvertible {
    /// The counts that are not 0: `syntax 3, too_long 1`.
    package var text: String {
        Reason.allCases.filter { self[$0] > 0 }.map { "\($0) \(self[$0])" }.joined(separator: ", ")
    }
}
