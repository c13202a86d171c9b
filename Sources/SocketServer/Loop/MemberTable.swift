/// The members of a loop, and which of them have more to do: a place for each, found by its number.
struct MemberTable {
    /// The place of a member from `insert` to `remove`.
    struct ID {
        fileprivate let index: Int
    }

    private struct Place {
        var member: (any LoopMember)?
        /// Whether it is in `ready`.
        var isReady = false
    }

    private var places: [Place] = []
    private var free: [Int] = []
    /// The places of those that have more to do, each once, in order; those before `firstReady` have had their turn.
    private var ready: [Int] = []
    private var firstReady = 0

    /// How many members there are.
    var count: Int { places.count &- free.count }

    /// Places are numbered from 0 to below this.
    var endIndex: Int { places.count }

    /// The member at a place; nil where there is none.
    subscript(index: Int) -> (any LoopMember)? { places[index].member }

    mutating func insert(_ member: any LoopMember) -> ID {
        guard let index = free.popLast() else {
            places.append(Place(member: member))
            return ID(index: places.count - 1)
        }
        places[index].member = member
        return ID(index: index)
    }

    mutating func remove(_ id: ID) {
        places[id.index].member = nil
        free.append(id.index)
    }

    // MARK: who has more to do

    var hasReady: Bool { firstReady < ready.count }

    var readyCount: Int { ready.count - firstReady }

    /// Notes that a member has more to do; once, however often it is noted.
    mutating func markReady(_ id: ID) {
        guard !places[id.index].isReady else { return }
        places[id.index].isReady = true
        ready.append(id.index)
    }

    /// Takes the one that has waited longest out of those that have more to do; nil where it is gone, or there is none.
    mutating func takeReady() -> (any LoopMember)? {
        guard hasReady else { return nil }
        let index = ready[firstReady]
        firstReady += 1
        if firstReady == ready.count {
            ready.removeAll(keepingCapacity: true)
            firstReady = 0
        } else if firstReady >= 1024 {
            ready.removeFirst(firstReady)
            firstReady = 0
        }
        places[index].isReady = false
        return places[index].member
    }
}
