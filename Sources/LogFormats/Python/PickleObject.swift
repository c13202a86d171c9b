/// A value that only running code could make: the name of the callable, and its arguments.
struct PickleObject {
    /// The name of a class or function.
    let callable: PickleValue
    /// A tuple, or a single value; unset for none.
    let arguments: PickleValue
    /// The state that BUILD sets, or the keyword arguments.
    var state = PickleValue(.unset)
    /// Containers of the items that APPENDS and SETITEMS add; -1 for none.
    var list: Int32 = -1
    var dict: Int32 = -1
}

extension PickleMachine {
    /// At most so many objects: 4 MiB.
    private static let maxObjects = 1 << 16

    mutating func pushObject(
        _ callable: PickleValue,
        _ arguments: PickleValue,
        state: PickleValue = PickleValue(.unset)
    ) throws(MessageError) {
        guard objects.count < Self.maxObjects else { throw Self.tooMany }
        let index = Int32(truncatingIfNeeded: objects.count)
        objects.append(PickleObject(callable: callable, arguments: arguments, state: state))
        try push(PickleValue(.object, container: index))
    }

    /// The argument of that number; nil when there is none.
    func argument(_ number: Int, of object: PickleObject) -> PickleValue? {
        guard object.arguments.kind == .tuple else {
            return number == 0 && object.arguments.kind != .unset ? object.arguments : nil
        }
        return item(number, of: object.arguments)
    }

    /// An item of a container whose items lie together, as those of tuples do.
    func item(_ number: Int, of container: PickleValue) -> PickleValue? {
        guard container.container >= 0 else { return nil }
        let first = containers[container.container].first
        guard first >= 0, number < Int(segments[Int(first)].count) else { return nil }
        return items[segments[Int(first)].range.lowerBound &+ number]
    }

    func itemCount(of container: PickleValue) -> Int {
        guard container.container >= 0 else { return 0 }
        let first = containers[container.container].first
        return first >= 0 ? Int(segments[Int(first)].count) : 0
    }

    /// Returns the container of items that are added to an object, and makes it where it is missing.
    mutating func contents(of object: PickleValue, pairs: Bool) throws(MessageError) -> PickleValue {
        let index = object.container
        var container = pairs ? objects[index].dict : objects[index].list
        if container < 0 {
            guard containers.count < Self.maxValues else { throw Self.tooMany }
            container = Int32(truncatingIfNeeded: containers.count)
            containers.append(Container())
            if pairs { objects[index].dict = container } else { objects[index].list = container }
        }
        return PickleValue(pairs ? .dict : .list, container: container)
    }
}
