import LogRecords
import Testing

@Suite struct EnumSetTests {
    @Test func aSetHasEachElementOnce() {
        var set = EnumSet<FieldKey>()
        for key in FieldKey.allCases {
            #expect(!set.contains(key))
            let (first, second) = (set.insert(key), set.insert(key))
            #expect(first && !second)
            #expect(set.contains(key))
        }
        set.removeAll()
        #expect(FieldKey.allCases.allSatisfy { !set.contains($0) })
    }
}
