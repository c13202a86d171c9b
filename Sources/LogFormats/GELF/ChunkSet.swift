import LogRecords

/// The chunks of one GELF message that have come so far.
///
/// Their bytes lie in the order in which they came, which mostly is their order in the message.
final class ChunkSet {
    /// Senders choose message ids, so that only sender and id together identify a message.
    struct Key: Hashable {
        let peer: Peer?
        let id: UInt64
    }

    enum Addition {
        case added
        case complete
        /// The same bytes have come already.
        case duplicate
        /// Other bytes have come already.
        case conflict
    }

    let key: Key
    let origin: Origin
    /// When the first chunk came, in nanoseconds.
    let begun: Int64
    /// Greater for later sets.
    let serial: UInt64
    /// The memory that it is charged for, in bytes.
    var cost = 0
    private(set) var received = 0
    /// Whether its message has been reported as failed: later chunks are not reported again.
    private(set) var hasFailed = false
    private(set) var bytes: [UInt8] = []
    private var isInOrder = true
    /// Where each chunk's bytes are; nil for chunks that have not come.
    private var places: [Range<Int>?]

    init(_ key: Key, origin: Origin, count: Int, begun: Int64, serial: UInt64) {
        self.key = key
        self.origin = origin
        self.begun = begun
        self.serial = serial
        places = Array(repeating: nil, count: count)
    }

    /// How many chunks the message has.
    var count: Int { places.count }

    /// - Precondition: `number` is below `count`.
    func add(_ number: Int, _ content: Span<UInt8>) -> Addition {
        if let place = places[number] {
            let held = bytes
            return held.span.extracting(place).isEqual(to: content) ? .duplicate : .conflict
        }
        if number != received { isInOrder = false }
        let start = bytes.count
        bytes.append(content)
        places[number] = start..<bytes.count
        received += 1
        return received == count ? .complete : .added
    }

    /// The message, once it is complete.
    func joined() -> [UInt8] {
        guard !isInOrder else { return bytes }
        var message: [UInt8] = []
        message.reserveCapacity(bytes.count)
        for case let place? in places { message.append(bytes.span.extracting(place)) }
        return message
    }

    /// Discards the chunks.
    func fail() {
        hasFailed = true
        bytes = []
        places = Array(repeating: nil, count: 1)
    }
}
