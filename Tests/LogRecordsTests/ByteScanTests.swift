import LogRecords
import Testing

@Suite struct ByteScanTests {
    /// The index of the first byte that a loop over single bytes finds.
    private func first(in data: [UInt8], from start: Int, _ isFound: (UInt8) -> Bool) -> Int {
        data[start...].firstIndex(where: isFound) ?? data.count
    }

    @Test func everyByteIsFoundAtEveryPlace() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<20 {
                var data = [UInt8](repeating: 0x80, count: 20)
                data[place] = byte
                for wanted: UInt8 in [0, 0x0A, 0x22, 0x7F, 0xFF] {
                    let found = ByteScan.firstIndex(in: data.span, from: 0) { ByteScan.marks(of: wanted, in: $0) }
                    guard found != first(in: data, from: 0, { $0 == wanted }) else { continue }
                    Issue.record("\(wanted) in \(data) at \(found)")
                }
                for limit: UInt8 in [1, 0x20, 0x21, 0x80] {
                    let found = ByteScan.firstIndex(in: data.span, from: 0) { ByteScan.marks(below: limit, in: $0) }
                    guard found != first(in: data, from: 0, { $0 < limit }) else { continue }
                    Issue.record("below \(limit) in \(data) at \(found)")
                }
            }
        }
    }

    @Test func onlyTheFirstCounts() {
        // The borrow of a byte that is found marks the byte above it, if that is greater by one.
        let data: [UInt8] = [0x31, 0x0A, 0x0B, 0x0A, 0x0B, 0x31, 0x31, 0x31, 0x31]
        #expect(ByteScan.firstIndex(in: data.span, from: 0) { ByteScan.marks(of: 0x0A, in: $0) } == 1)
        #expect(ByteScan.firstIndex(in: data.span, from: 2) { ByteScan.marks(of: 0x0A, in: $0) } == 3)
        #expect(ByteScan.firstIndex(in: data.span, from: 9) { ByteScan.marks(of: 0x0A, in: $0) } == 9)
        #expect(ByteScan.position(of: ByteScan.marks(of: 0x0B, in: 0x3131_3131_310B_0A31)) == 2)
        #expect(ByteScan.position(of: ByteScan.marks(of: 0x0C, in: 0x3131_3131_310B_0A31)) == 8)
    }
}
