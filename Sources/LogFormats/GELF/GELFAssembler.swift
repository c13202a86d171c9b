package import LogRecords

/// Makes messages of the datagrams of one GELF listener: inflates them, and puts chunks together.
///
/// A chunk is `1e 0f`, eight bytes of message id, its number from 0, the count of chunks, and a part of the message. A
/// message has at most 128, which come within 5 s of the first, in any order; duplicates do not matter. A compressed
/// message is compressed as a whole, and dropped where it is not JSON then: a small datagram of anything else would
/// become a large record. A datagram that is neither a chunk nor compressed is a message as it is.
///
/// Memory is bounded: each message that is not complete costs its bytes and 16 KiB, and may cost 4 MiB for each sender
/// and 16 MiB in all (more where the longest message is longer than 2 MiB). Above it the oldest message of that sender,
/// or of the sender that has most, is given up. Each message that fails is reported once: by an error for the datagram
/// that spoils it, or by `expire`.
package struct GELFAssembler {
    package enum Outcome: Equatable, Sendable {
        /// The datagram is the message.
        case datagram
        /// The message is in `message`, until the next call.
        case message
        /// More has to come, or nothing new did.
        case incomplete
    }

    /// Of chunks in a message.
    package static let countLimit = 128
    /// Between a message's first chunk and its last, in nanoseconds.
    package static let timeLimit: Int64 = 5_000_000_000
    private static let costOfSet = 16 * 1024
    private static let headerSize = 12

    /// The message that chunks or a compressed datagram became.
    package private(set) var message: [UInt8] = []
    /// The most bytes that a message may have.
    private let limit: Int
    private let sourceCostLimit: Int
    private let costLimit: Int
    private let inflater: Inflater
    private var sets: [ChunkSet.Key: ChunkSet] = [:]
    /// The same sets, the oldest first.
    private var order: [ChunkSet] = []
    private var lastSerial: UInt64 = 0
    /// The memory of incomplete messages, in bytes.
    package private(set) var cost = 0
    private var costs: [Peer?: Int] = [:]
    private var failures: [DatagramFailure] = []

    /// - Parameter limit: the most bytes that a message may have, inflated.
    package init(limit: Int) {
        self.limit = limit
        // Room for two of the longest messages, and for four such senders; the cap keeps this from overflowing.
        sourceCostLimit = max(4 * 1024 * 1024, 2 &* min(limit, 1 << 40))
        costLimit = 4 &* sourceCostLimit
        inflater = Inflater(limit: limit)
    }

    /// How many messages are not complete.
    package var setCount: Int { order.count }

    /// When the caller calls `expire` next, in nanoseconds; nil while no message is incomplete.
    package var nextExpiry: Int64? {
        failures.isEmpty ? order.first.map { $0.begun &+ Self.timeLimit } : .min
    }

    /// Takes a datagram.
    ///
    /// - Parameters:
    ///   - datagram: its bytes: a chunk, or a whole message, which may be compressed.
    ///   - origin: the sender; its `peer` distinguishes senders.
    ///   - now: nanoseconds of a monotonic clock.
    /// - Returns: where the message is that the datagram is or completes, if it does.
    /// - Throws: the reason why the datagram spoils its message. The caller reports it with the datagram.
    package mutating func add(
        _ datagram: Span<UInt8>,
        from origin: Origin,
        at now: Int64
    ) throws(MessageError) -> Outcome {
        guard datagram.count >= 2, datagram[0] == 0x1E, datagram[1] == 0x0F else {
            guard Inflater.isCompressed(datagram) else { return .datagram }
            try inflate(datagram)
            return .message
        }
        failExpired(at: now)
        return try addChunk(datagram, from: origin, at: now)
    }

    /// Returns the next message that was given up: its time was over, or its memory was needed.
    ///
    /// The caller repeats the call until it returns nil, after each datagram and at `nextExpiry`.
    package mutating func expire(at now: Int64) -> DatagramFailure? {
        failExpired(at: now)
        return failures.isEmpty ? nil : failures.removeFirst()
    }

    /// Gives up the oldest message of the sender that holds most, since its memory is needed.
    package mutating func giveUpOne() {
        guard let noisiest = costs.max(by: { $0.value < $1.value })?.key else { return }
        if let set = order.first(where: { $0.key.peer == noisiest }) { giveUpForRoom(set) }
    }

    // MARK: chunks

    private mutating func addChunk(
        _ datagram: Span<UInt8>,
        from origin: Origin,
        at now: Int64
    ) throws(MessageError) -> Outcome {
        guard datagram.count >= Self.headerSize else { throw MessageError("the chunk is cut off") }
        let number = Int(datagram[10])
        let count = Int(datagram[11])
        guard (1...Self.countLimit).contains(count) else {
            throw MessageError("the chunk is one of \(count), and a message has 1 to \(Self.countLimit)")
        }
        guard number < count else { throw MessageError("the chunk has the number \(number) of \(count)") }
        let id = datagram.bytes.unsafeLoadUnaligned(fromByteOffset: 2, as: UInt64.self)
        let content = datagram.extracting(Self.headerSize...)
        let set = set(.init(peer: origin.peer, id: id), from: origin, count: count, at: now)
        guard !set.hasFailed else { return .incomplete }
        guard set.count == count else {
            throw fail(set, "a chunk says that its message has \(count) chunks, another that it has \(set.count)")
        }
        switch set.add(number, content) {
        case .duplicate:
            return .incomplete
        case .conflict:
            throw fail(set, "chunk \(number) of \(count) came twice, and differs")
        case .complete:
            remove(set)
            return try finish(set)
        case .added:
            guard set.bytes.count <= limit else {
                throw fail(set, "the message has more than \(limit) bytes", .tooLong)
            }
            charge(set, content.count)
            makeRoom(for: set)
            return .incomplete
        }
    }

    /// Makes `message` of a compressed one.
    private mutating func inflate(_ data: Span<UInt8>) throws(MessageError) {
        message.removeAll(keepingCapacity: true)
        try inflater.inflate(data, into: &message)
        let text = message.span.extracting(JSONScanner.content(of: message.span))
        do {
            var scanner = JSONScanner()
            while try scanner.next(in: text) != nil {}
        } catch {
            throw MessageError("the compressed message is not a JSON object")
        }
    }

    /// Inflates the message where needed.
    private mutating func finish(_ set: ChunkSet) throws(MessageError) -> Outcome {
        guard set.bytes.count <= limit else { throw MessageError("the message has more than \(limit) bytes", .tooLong) }
        let content = set.joined()
        guard Inflater.isCompressed(content.span) else {
            message = content
            return .message
        }
        try inflate(content.span)
        return .message
    }

    /// Returns the set that a chunk belongs to, and makes it where it is missing.
    private mutating func set(_ key: ChunkSet.Key, from origin: Origin, count: Int, at now: Int64) -> ChunkSet {
        if let set = sets[key] { return set }
        lastSerial &+= 1
        let set = ChunkSet(key, origin: origin, count: count, begun: now, serial: lastSerial)
        sets[key] = set
        order.append(set)
        charge(set, Self.costOfSet)
        return set
    }

    // MARK: ends

    /// Discards a message's chunks, and ignores its later ones until its time is over.
    private mutating func fail(
        _ set: ChunkSet,
        _ reason: String,
        _ kind: MessageError.Kind = .syntax
    ) -> MessageError {
        set.fail()
        charge(set, Self.costOfSet &- set.cost)
        return MessageError(reason, kind)
    }

    private mutating func failExpired(at now: Int64) {
        while let set = order.first, now &- set.begun >= Self.timeLimit {
            giveUp(set, .incomplete, "\(set.received) of \(set.count) chunks of a message came within 5 s")
        }
    }

    /// Gives up sets until memory is within its bounds, except the one that grows, which alone is always within them.
    private mutating func makeRoom(for growing: ChunkSet) {
        while let cost = costs[growing.key.peer], cost > sourceCostLimit {
            guard let set = order.first(where: { $0 !== growing && $0.key.peer == growing.key.peer }) else { break }
            giveUpForRoom(set)
        }
        while cost > costLimit, let noisiest = costs.max(by: { $0.value < $1.value })?.key {
            // The growing set may be the only one of that sender.
            let its = order.first { $0 !== growing && $0.key.peer == noisiest }
            guard let set = its ?? order.first(where: { $0 !== growing }) else { break }
            giveUpForRoom(set)
        }
    }

    private mutating func giveUpForRoom(_ set: ChunkSet) {
        giveUp(
            set,
            .crowded,
            "a message was given up with \(set.received) of \(set.count) chunks: too many are incomplete"
        )
    }

    private mutating func giveUp(_ set: ChunkSet, _ kind: MessageError.Kind, _ reason: @autoclosure () -> String) {
        if !set.hasFailed { failures.append(DatagramFailure(origin: set.origin, error: MessageError(reason(), kind))) }
        remove(set)
    }

    private mutating func remove(_ set: ChunkSet) {
        charge(set, -set.cost)
        sets[set.key] = nil
        // By halves: the serials ascend.
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low &+ high) / 2
            if order[middle].serial < set.serial { low = middle &+ 1 } else { high = middle }
        }
        order.remove(at: low)
    }

    private mutating func charge(_ set: ChunkSet, _ amount: Int) {
        set.cost &+= amount
        cost &+= amount
        let rest = (costs[set.key.peer] ?? 0) &+ amount
        costs[set.key.peer] = rest == 0 ? nil : rest
    }
}
