/// A pickle's memo: values by index, for later use.
///
/// Python counts up from 0, or 1, so that an array serves; an index that is far from those before it costs no more.
struct PickleMemo {
    /// So many places may stay empty before one that something is put to in the array.
    private static let maxGap = 3

    /// The first `used` of it are in use.
    var near: [PickleValue] = []
    var used = 0
    private var far: [Int: PickleValue] = [:]
    private(set) var hasFar = false
    /// How many places something was put to.
    var count = 0

    mutating func forget() {
        near.forgetRest()
        used = 0
        count = 0
        guard hasFar else { return }
        hasFar = false
        far = [:]
    }

    mutating func put(_ value: PickleValue, at index: Int) {
        if index < used {
            if near[index].kind == .unset { count &+= 1 }
            near[index] = value
        } else if !hasFar, index &- used <= Self.maxGap {
            if index >= near.count { near.growPlaces() }
            while used < index {
                near[used] = PickleValue(.unset)
                used &+= 1
            }
            near[index] = value
            used &+= 1
            count &+= 1
        } else {
            hasFar = true
            if far.updateValue(value, forKey: index) == nil { count &+= 1 }
        }
    }

    func get(at index: Int) -> PickleValue? {
        guard index < used else { return hasFar ? far[index] : nil }
        let value = near[index]
        return value.kind == .unset ? nil : value
    }
}

extension [PickleValue] {
    /// Enough for the stack and the memo of a usual log record.
    private static var initialCapacity: Int { 512 }

    /// Doubles the places.
    mutating func growPlaces() {
        append(contentsOf: repeatElement(PickleValue(.unset), count: Swift.max(count, Self.initialCapacity)))
    }

    /// Releases memory that most messages do not need.
    mutating func forgetRest() {
        guard count > 8 &* Self.initialCapacity else { return }
        self = []
    }
}
