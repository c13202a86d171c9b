/// Takes an input apart: some numbers that steer a check, and the rest.
///
/// The numbers are at the end, so that inputs keep their meaning when a message is put in front.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ data: [UInt8]) {
        rest = data[...]
    }

    /// The next byte from the end; 0 when there is none.
    mutating func number() -> Int {
        rest.popLast().map(Int.init) ?? 0
    }

    /// Up to so many bytes from the front.
    mutating func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// The rest in pieces, whose sizes a seed gives: mostly small ones.
    func pieces(seed: Int) -> [[UInt8]] {
        var state = UInt64(truncatingIfNeeded: seed) &* 2 &+ 1
        var pieces: [[UInt8]] = []
        var rest = rest
        while !rest.isEmpty {
            // Knuth's MMIX generator; its upper bits are the good ones.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let size = state >> 62 == 0 ? Int(state >> 33 & 1023) : Int(state >> 33 & 15)
            pieces.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}
