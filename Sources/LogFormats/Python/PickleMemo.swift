/// A pickle's memo: what was put where, to be taken again.
///
/// Python counts up from 0, or 1, so that an array serves; an index that is far from those before it costs no more.
struct PickleMemo {
    /// An array may have so many places that nothing was put to before the next one.
    private static let widestGap = 3

    private var near: [PickleValue] = []
    private var far: [Int: PickleValue] = [:]
    /// How many places something was put to.
    private(set) var count = 0

    mutating func forget() {
        near.forget()
        count = 0
        guard !far.isEmpty else { return }
        far = [:]
    }

    mutating func put(_ value: PickleValue, at index: Int) {
        if index == near.count, far.isEmpty {
            near.append(value)
            count &+= 1
        } else if index < near.count {
            if near[index].kind == .unset { count &+= 1 }
            near[index] = value
        } else if far.isEmpty, index &- near.count <= Self.widestGap {
            while near.count < index { near.append(PickleValue(.unset)) }
            near.append(value)
            count &+= 1
        } else if far.updateValue(value, forKey: index) == nil {
            count &+= 1
        }
    }

    func get(at index: Int) -> PickleValue? {
        guard index < near.count else { return far.isEmpty ? nil : far[index] }
        let value = near[index]
        return value.kind == .unset ? nil : value
    }
}
