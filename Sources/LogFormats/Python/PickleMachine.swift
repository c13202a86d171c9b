import LogRecords

/// Reads Python's pickles, protocols 0 to 5, and runs nothing: it builds data, and looks up and calls no name.
///
/// A value that only running code could make (an instance of a class, the result of a function) becomes an object with
/// the name and the arguments. Time and memory are linear in the pickle's bytes: values are shared by reference as in
/// Python, so that a value that contains itself a thousand times costs a thousand bytes, until it is written out. See
/// Python's `pickletools` for the meaning of each opcode.
struct PickleMachine {
    struct Container {
        /// Segments; negative when there is none.
        var first: Int32 = -1
        var last: Int32 = -1
    }

    /// Items of a container that lie next to each other; a dict's are key, value, key, value.
    struct Segment {
        var start: Int32
        var count: Int32
        var next: Int32 = -1

        var range: Range<Int> { Int(start)..<(Int(start) &+ Int(count)) }
    }

    /// The longest pickle that is read, in bytes.
    static let maxPickleBytes = 1 << 30
    /// At most so many values on the stack, in the memo, in containers, and so many containers: 4 MiB each.
    static let maxValues = 1 << 18

    /// Where the next byte is read.
    var position = 0
    /// Whether something was not as Python writes it, and was guessed.
    var hasGuessed = false
    /// The first `depth` of it are in use.
    var stack: [PickleValue] = []
    var depth = 0
    private var marks: [Int] = []
    /// The stack's values below this are before the last mark.
    private(set) var floor = 0
    private var memo = PickleMemo()
    var items: [PickleValue] = []
    var containers: [Container] = []
    var segments: [Segment] = []
    var objects: [PickleObject] = []
    /// Bytes that are not in the input as they are.
    var decoded: [UInt8] = []

    /// Forgets the last pickle; keeps the memory that the next is likely to need.
    mutating func forget() {
        position = 0
        hasGuessed = false
        floor = 0
        stack.forgetRest()
        depth = 0
        marks.forget()
        memo.forget()
        items.forget()
        containers.forget()
        segments.forget()
        objects.forget()
        decoded.forget()
    }

    /// Runs a pickle up to its STOP; `position` is after it then.
    ///
    /// To be called after `forget`. The value's ranges are of `input` and `decoded`.
    ///
    /// - Throws: where the pickle is damaged, or beyond a limit.
    mutating func run(_ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        guard input.count <= Self.maxPickleBytes else {
            throw MessageError("the pickle is longer than \(Self.maxPickleBytes) bytes", .tooLong)
        }
        while position < input.count {
            if Self.isScalar(input[position]) {
                Self.runScalars(input, from: &position, &stack, &depth, &memo)
                guard position < input.count else { break }
            }
            let byte = input[position]
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw MessageError("opcode 0x\(String(byte, radix: 16)) is unknown at byte \(position)")
            }
            position &+= 1
            switch opcode {
            case .binunicode: try push(.text, length: 4, input)
            case .binput: try put(at: Int(try readByte(input)))
            case .binget: try get(at: Int(try readByte(input)))
            case .shortBinunicode, .shortBinstring: try push(.text, length: 1, input)
            case .memoize: try put(at: memo.count)
            case .binint1: try push(PickleValue(Int64(try readByte(input))))
            case .binint2: try push(PickleValue(Int64(try readUInt16(input))))
            case .binint: try push(PickleValue(Int64(Int32(bitPattern: try readUInt32(input)))))
            case .binfloat: try push(PickleValue(Double(bitPattern: UInt64(bigEndian: try readUInt64(input)))))
            case .none: try push(PickleValue(.none))
            case .newtrue: try push(PickleValue(.yes))
            case .newfalse: try push(PickleValue(.no))
            case .mark: try mark()
            case .setitems: try addSinceMark(pairs: true)
            case .setitem: try add(2, pairs: true)
            case .append: try add(1, pairs: false)
            case .appends, .additems: try addSinceMark(pairs: false)
            case .emptyDict: try makeEmpty(.dict)
            case .emptyList: try makeEmpty(.list)
            case .emptyTuple: try makeEmpty(.tuple)
            case .emptySet: try makeEmpty(.set)
            case .dict: try makeSinceMark(.dict)
            case .list: try makeSinceMark(.list)
            case .tuple: try makeSinceMark(.tuple)
            case .frozenset: try makeSinceMark(.frozenset)
            case .tuple1: try make(.tuple, of: 1)
            case .tuple2: try make(.tuple, of: 2)
            case .tuple3: try make(.tuple, of: 3)
            case .pop: try popOne()
            case .popMark: depth = try popMark()
            case .dup: try push(try top())
            case .stop: return try pop()
            case .frame:
                let length = try readUInt64(input)
                guard length <= UInt64(input.count &- position) else { throw Self.early }
            case .proto:
                let version = try readByte(input)
                guard version <= 5 else { throw MessageError("the pickle's protocol is \(version), not 0 to 5") }
            case .binbytes: try push(.bytes, length: 4, input)
            case .shortBinbytes: try push(.bytes, length: 1, input)
            case .binbytes8, .bytearray8: try push(.bytes, length: 8, input)
            case .binunicode8: try push(.text, length: 8, input)
            case .binstring: try push(.text, length: 4, input)
            case .longBinput: try put(at: Int(try readUInt32(input)))
            case .put: try put(at: try readIndex(input))
            case .longBinget: try get(at: Int(try readUInt32(input)))
            case .get: try get(at: try readIndex(input))
            case .int: try push(try readInt(input))
            case .long: try push(try readLong(input))
            case .long1: try push(try readLong(count: Int(try readByte(input)), input))
            case .long4: try push(try readLong(count: try readLength(4, input), input))
            case .float: try push(try readFloat(input))
            case .string: try push(try readString(input))
            case .unicode: try push(try readUnicode(input))
            case .global, .inst, .stackGlobal, .reduce, .newobj, .newobjEx, .obj, .build, .ext1, .ext2, .ext4, .persid,
                .binpersid, .nextBuffer, .readonlyBuffer:
                try makeOpaque(opcode, input)
            }
        }
        throw Self.early
    }

    // MARK: the stack

    mutating func push(_ value: PickleValue) throws(MessageError) {
        if depth == stack.count {
            guard depth < Self.maxValues else { throw Self.tooMany }
            stack.growPlaces()
        }
        stack[depth] = value
        depth &+= 1
    }

    mutating func pop() throws(MessageError) -> PickleValue {
        guard depth > floor else { throw underflow }
        depth &-= 1
        return stack[depth]
    }

    func top() throws(MessageError) -> PickleValue {
        guard depth > floor else { throw underflow }
        return stack[depth &- 1]
    }

    private mutating func mark() throws(MessageError) {
        guard marks.count < Self.maxValues else { throw Self.tooMany }
        floor = depth
        marks.append(floor)
    }

    /// - Returns: how many values were on the stack when the last mark was set.
    mutating func popMark() throws(MessageError) -> Int {
        guard let mark = marks.popLast() else { throw MessageError("there is no mark at byte \(position)") }
        floor = marks.last ?? 0
        return mark
    }

    /// POP removes a mark too, when that was the last thing pushed.
    private mutating func popOne() throws(MessageError) {
        if let mark = marks.last, mark == depth {
            _ = try popMark()
        } else {
            _ = try pop()
        }
    }

    // MARK: the memo

    private mutating func put(at index: Int) throws(MessageError) {
        guard memo.count < Self.maxValues else { throw Self.tooMany }
        memo.put(try top(), at: index)
    }

    private mutating func get(at index: Int) throws(MessageError) {
        guard let value = memo.get(at: index) else {
            throw MessageError("nothing is at \(index) in the memo at byte \(position)")
        }
        try push(value)
    }

    // MARK: what is wrong

    static let early = MessageError("the pickle ends early")
    static let tooMany = MessageError("the pickle has more than \(maxValues) values at a time", .tooLong)

    var underflow: MessageError { MessageError("stack underflow at byte \(position)") }
}

extension Array {
    /// Removes all elements, and releases memory that most messages do not need.
    @inline(__always)
    mutating func forget() {
        guard capacity > 0 else { return }
        forgetAll()
    }

    private mutating func forgetAll() {
        if capacity &* MemoryLayout<Element>.stride > 64 << 10 {
            self = []
        } else {
            removeAll(keepingCapacity: true)
        }
    }
}
