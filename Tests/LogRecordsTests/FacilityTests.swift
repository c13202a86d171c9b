import LogRecords
import Testing

@Suite struct FacilityTests {
    @Test func namesLeadBack() {
        #expect(Facility.allCases.map(\.rawValue) == Array(0...23))
        for facility in Facility.allCases {
            #expect(Facility(name: facility.name) == facility)
        }
        #expect(Facility(name: "local8") == nil)
    }
}
