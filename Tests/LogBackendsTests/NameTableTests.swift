import TestSupport
import Testing

@testable import LogBackends

@Suite struct NameTableTests {
    /// Few names are compared, many are hashed; the results are the same.
    @Test(arguments: [0, 1, 8, 9, 100])
    func namesAreFoundInTheOrderOfTheirFirstOccurrence(expected: Int) {
        var generator = SeededGenerator(seed: UInt64(expected) + 1)
        var table = NameTable()
        for number in 0..<200 {
            var bytes: [UInt8] = []
            var known: [[UInt8]] = []
            table.begin(expected)
            for _ in 0..<(number % 40) {
                let name = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    UInt8.random(in: 0x61...0x63, using: &generator)
                }
                let start = bytes.count
                bytes += name
                let (index, isNew) = table.insert(start..<bytes.count, in: bytes.span)
                #expect(isNew == !known.contains(name))
                if isNew { known.append(name) }
                #expect(index == known.firstIndex(of: name))
                #expect(table.entries.map { Array(bytes[$0.name]) } == known)
            }
        }
    }

    @Test func copiesAndChainsLastAsLongAsTheNames() {
        var table = NameTable()
        table.begin(1)
        let bytes = (0..<60).map { UInt8($0) }
        for place in bytes.indices {
            let (index, isNew) = table.insert(place..<(place + 1), in: bytes.span)
            #expect(index == place && isNew)
            #expect(table.countCopy(of: index) == 1)
            #expect(table.chain(place, to: index, isNew: true) == nil)
        }
        for place in bytes.indices {
            #expect(table.insert(place..<(place + 1), in: bytes.span) == (place, false))
            #expect(table.countCopy(of: place) == 2)
            #expect(table.chain(100, to: place, isNew: false) == place)
        }
    }
}
