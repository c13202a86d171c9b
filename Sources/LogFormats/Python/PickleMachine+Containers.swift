/// Lists, tuples, dicts and sets.
extension PickleMachine {
    mutating func makeEmpty(_ kind: PickleValue.Kind) throws(MessageError) {
        guard containers.count < Self.maxValues else { throw Self.tooMany }
        containers.append(Container())
        try push(PickleValue(kind, container: Int32(truncatingIfNeeded: containers.count &- 1)))
    }

    mutating func makeSinceMark(_ kind: PickleValue.Kind) throws(MessageError) {
        try make(kind, of: depth &- (try popMark()))
    }

    /// Makes a container of the topmost values.
    mutating func make(_ kind: PickleValue.Kind, of count: Int) throws(MessageError) {
        guard depth &- floor >= count else { throw underflow }
        guard containers.count < Self.maxValues else { throw Self.tooMany }
        if kind == .dict { try expectPairs(count) }
        let value = PickleValue(kind, container: Int32(truncatingIfNeeded: containers.count))
        containers.append(Container())
        try move(count, to: value)
        try push(value)
    }

    mutating func addSinceMark(pairs: Bool) throws(MessageError) {
        try add(depth &- (try popMark()), pairs: pairs)
    }

    /// Adds the topmost values to the container below them.
    mutating func add(_ count: Int, pairs: Bool) throws(MessageError) {
        guard depth &- floor > count else { throw underflow }
        let value = stack[depth &- count &- 1]
        switch value.kind {
        case .dict where pairs:
            try expectPairs(count)
            try move(count, to: value)
        case .list where !pairs, .set where !pairs:
            try move(count, to: value)
        case .object:
            if pairs { try expectPairs(count) }
            try move(count, to: try contents(of: value, pairs: pairs))
        case .opaque:
            depth &-= count
        default:
            throw MessageError("the pickle adds items to a value of type \(value.typeName) at byte \(position)")
        }
    }

    private mutating func move(_ count: Int, to container: PickleValue) throws(MessageError) {
        guard count > 0 else { return }
        guard items.count &+ count <= Self.maxValues else { throw Self.tooMany }
        let start = items.count
        items.append(contentsOf: stack[(depth &- count)..<depth])
        depth &-= count
        let last = Int(containers[container.container].last)
        if last >= 0, segments[last].range.upperBound == start {
            segments[last].count &+= Int32(truncatingIfNeeded: count)
            return
        }
        let index = Int32(truncatingIfNeeded: segments.count)
        segments.append(
            Segment(start: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: count))
        )
        containers[container.container].last = index
        if last >= 0 {
            segments[last].next = index
        } else {
            containers[container.container].first = index
        }
    }

    private func expectPairs(_ count: Int) throws(MessageError) {
        guard count & 1 == 0 else { throw MessageError("a key without a value at byte \(position)") }
    }
}
