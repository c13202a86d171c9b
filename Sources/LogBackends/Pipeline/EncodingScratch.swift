import LogRecords

/// Memory that encoders use within one record, and use again for the next one; and what they need not make again.
struct EncodingScratch: Sendable {
    /// The names of the object that is being written.
    var names = NameTable()
    /// The ids of structured data.
    var ids = NameTable()
    /// The parameters of one element of structured data, by name.
    var groups = NameTable()
    /// For each parameter of that element, the next of the same name.
    var next: [Int?] = []
    /// A time as JSON shows it, with what is around it.
    var time: WallTime?
    var timeText: [UInt8] = []
    /// An origin as the backend's format shows it.
    var origin: Origin?
    var originText: [UInt8] = []

    /// Lets go of the memory where one large record has made much of it.
    mutating func recycle() {
        let limit = 4096
        names.recycle(keeping: limit)
        ids.recycle(keeping: limit)
        groups.recycle(keeping: limit)
        if next.capacity > limit { next = [] }
        // Connections end, and their origins with them.
        origin = nil
        if originText.capacity > limit { originText = [] }
    }
}
