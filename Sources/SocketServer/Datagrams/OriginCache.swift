import LogRecords

/// The origins of recent senders of datagrams, and the counts of their messages: to make one for each datagram would cost more than to read it.
struct OriginCache {
    private struct Entry {
        let address: [UInt8]
        let process: Peer?
        let origin: Origin
        let source: SourceCount
    }

    /// A power of two.
    ///
    /// Senders that share a place take turns in it.
    private static let size = 256

    private let protocolName: String
    private let listener: String
    private let sources: SourceCounts
    private var entries: [Entry?]

    init(protocolName: String, listener: String, _ sources: SourceCounts) {
        self.protocolName = protocolName
        self.listener = listener
        self.sources = sources
        entries = Array(repeating: nil, count: Self.size)
    }

    /// The sender; the same objects for one that sent lately.
    mutating func sender(of datagram: Datagram) -> (origin: Origin, source: SourceCount) {
        let place = Self.place(of: datagram)
        if let entry = entries[place], datagram.address.elementsEqual(entry.address), entry.process == datagram.process
        {
            return (entry.origin, entry.source)
        }
        let peer = Peer(datagram.address) ?? datagram.process ?? .unixPath("")
        let origin = Origin(protocolName: protocolName, listener: listener, peer: peer, connection: nil)
        let source = sources.count(of: Source(peer))
        entries[place] = Entry(
            address: Array(datagram.address),
            process: datagram.process,
            origin: origin,
            source: source
        )
        return (origin, source)
    }

    /// By FNV-1a, which is good enough: senders that share a place cost what they would without a cache.
    private static func place(of datagram: Datagram) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in datagram.address { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        if case .unix(let pid, let uid, _) = datagram.process {
            hash = (hash ^ UInt64(UInt32(bitPattern: pid))) &* 0x100_0000_01B3
            hash = (hash ^ UInt64(uid)) &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (size - 1)
    }
}
