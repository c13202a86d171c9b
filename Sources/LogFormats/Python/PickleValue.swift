/// A value that a pickle describes: 16 bytes, without memory of its own.
struct PickleValue {
    enum Kind: UInt8 {
        /// No value: a place that nothing was put to.
        case unset
        case none
        case no
        case yes
        case integer
        case float
        /// An integer beyond 64 bits: its decimal digits.
        case digits
        /// UTF-8, if the sender writes it as Python does; not checked yet.
        case text
        case bytes
        /// The name of a class or function, or of anything else without a value.
        case opaque
        /// A value that only running code could make: the index of a `PickleObject`.
        case object
        case list
        case tuple
        case dict
        case set
        case frozenset
    }

    let kind: Kind
    /// Whether the bytes are in the machine's `decoded`, else in its input.
    let isDecoded: Bool
    /// How many bytes.
    private let length: UInt32
    /// The integer, the float's bits, where the bytes start, or the index of the container or object.
    private let word: Int64

    init(_ kind: Kind) {
        self.init(kind, isDecoded: false, length: 0, word: 0)
    }

    init(_ integer: Int64) {
        self.init(.integer, isDecoded: false, length: 0, word: integer)
    }

    init(_ float: Double) {
        self.init(.float, isDecoded: false, length: 0, word: Int64(bitPattern: float.bitPattern))
    }

    /// - Precondition: the range ends at `PickleMachine.maxPickleBytes` at most, or near it.
    init(_ kind: Kind, _ range: Range<Int>, isDecoded: Bool) {
        self.init(
            kind,
            isDecoded: isDecoded,
            length: UInt32(truncatingIfNeeded: range.upperBound &- range.lowerBound),
            word: Int64(truncatingIfNeeded: range.lowerBound)
        )
    }

    init(_ kind: Kind, container: Int32) {
        self.init(kind, isDecoded: false, length: 0, word: Int64(container))
    }

    private init(_ kind: Kind, isDecoded: Bool, length: UInt32, word: Int64) {
        self.kind = kind
        self.isDecoded = isDecoded
        self.length = length
        self.word = word
    }

    var integer: Int64 { word }
    var float: Double { Double(bitPattern: UInt64(bitPattern: word)) }
    var container: Int { Int(word) }
    var range: Range<Int> {
        let start = Int(word)
        return Range(uncheckedBounds: (start, start &+ Int(length)))
    }

    /// Python's name of the type.
    var typeName: StaticString {
        switch kind {
        case .unset: "nothing"
        case .none: "None"
        case .no, .yes: "bool"
        case .integer, .digits: "int"
        case .float: "float"
        case .text: "str"
        case .bytes: "bytes"
        case .opaque, .object: "object"
        case .list: "list"
        case .tuple: "tuple"
        case .dict: "dict"
        case .set: "set"
        case .frozenset: "frozenset"
        }
    }
}
