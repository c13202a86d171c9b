/// Finds out where a JSON object is complete in a stream, by its braces: a value that is given byte by byte, once each.
struct ObjectScan: Sendable {
    private enum Place: Int {
        /// Only white space so far.
        case before
        case within
        case string
        case escape
        case after
        /// Anything else than one object.
        case other
    }

    private var place = Place.before
    private var depth = 0

    /// Whether there was nothing but white space.
    var isEmpty: Bool { place == .before }
    /// Whether an object has ended, and nothing but white space followed.
    var isComplete: Bool { place == .after }

    mutating func take(_ part: Span<UInt8>) {
        for index in part.indices {
            let byte = part[index]
            switch place {
            case .other: return
            case .escape: place = .string
            case .string:
                if byte == UInt8(ascii: "\\") {
                    place = .escape
                } else if byte == UInt8(ascii: "\"") {
                    place = .within
                }
            case .within: takeWithin(byte)
            case .before, .after:
                guard byte != 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D else { continue }
                place = place == .before && byte == UInt8(ascii: "{") ? .within : .other
                depth = 1
            }
        }
    }

    private mutating func takeWithin(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): place = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth &-= 1
            if depth == 0 { place = .after }
        default: break
        }
    }
}

extension ObjectScan {
    /// The place and the depth, for `init(numbers:)`.
    var numbers: [Int] { [place.rawValue, depth] }

    /// Goes on where another scan was; nil when the numbers are not of one.
    init?(numbers: [Int]) {
        guard numbers.count == 2, let place = Place(rawValue: numbers[0]), numbers[1] >= 0 else { return nil }
        self.place = place
        depth = numbers[1]
    }
}
