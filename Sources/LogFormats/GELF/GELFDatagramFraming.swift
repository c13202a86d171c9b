package import LogRecords

/// Takes GELF messages out of datagrams: plain, compressed, or in chunks.
package struct GELFDatagramFraming: DatagramFraming {
    private let limit: Int
    private var assembler: GELFAssembler

    /// - Parameter limit: the most bytes that a message may have, inflated.
    package init(limit: Int) {
        self.limit = limit
        assembler = GELFAssembler(limit: limit)
    }

    package var buffered: [UInt8] { assembler.message }

    package var nextExpiry: Int64? { assembler.nextExpiry }

    package var heldMemory: Int { assembler.cost }

    package mutating func giveUpOne() {
        assembler.giveUpOne()
    }

    package mutating func frame(
        of datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        at now: Int64
    ) throws(MessageError) -> Frame? {
        try checkWhole(datagram, length: length, limit: limit)
        switch try assembler.add(datagram, from: origin, at: now) {
        case .datagram: return Frame(place: .input(0..<length), length: length)
        case .message: return Frame(place: .buffered(0..<buffered.count), length: buffered.count)
        case .incomplete: return nil
        }
    }

    package mutating func expire(at now: Int64) -> DatagramFailure? {
        assembler.expire(at: now)
    }
}
