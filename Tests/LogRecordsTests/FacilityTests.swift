import LogRecords
import Testing

@Suite struct FacilityTests {
    @Test func namesLeadBack() {
        #expect(Facility.allCases.map(\.rawValue) == Array(0...23))
        let names = """
            kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console clock \
            local0 local1 local2 local3 local4 local5 local6 local7
            """
        #expect(Facility.allCases.map(\.name).joined(separator: " ") == names)
        for facility in Facility.allCases {
            #expect(Facility(name: facility.name) == facility)
        }
        #expect(Facility(name: "local8") == nil)
    }
}
