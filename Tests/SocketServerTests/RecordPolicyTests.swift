import LogRecords
import Testing

@testable import SocketServer

/// What a listener makes of what senders claim.
@Suite struct RecordPolicyTests {
    private struct Result: Equatable {
        var severity: Severity
        var facility: Facility?
        var claimedSeverity: Int64?
        var claimedFacility: Int64?
    }

    /// The record that comes of it; nil when it is left out.
    private func apply(
        _ policy: RecordPolicy,
        _ severity: Severity,
        _ facility: Facility? = nil,
        peerIsLocal: Bool = false
    ) -> Result? {
        var record = LogRecord(nil, severity: severity)
        record.facility = facility
        guard policy.apply(to: &record, peerIsLocal: peerIsLocal) else { return nil }
        return Result(
            severity: record.severity,
            facility: record.facility,
            claimedSeverity: integer(.claimedSeverity, of: record),
            claimedFacility: integer(.claimedFacility, of: record)
        )
    }

    private func integer(_ key: FieldKey, of record: LogRecord) -> Int64? {
        guard case .integer(let integer)? = record.value(of: key) else { return nil }
        return integer
    }

    @Test(arguments: Severity.allCases)
    func withoutAnythingConfiguredOnlyEmergenciesOfOtherHostsChange(severity: Severity) {
        #expect(
            apply(RecordPolicy(), severity, .kern, peerIsLocal: true) == Result(severity: severity, facility: .kern)
        )
        let remote = apply(RecordPolicy(), severity, .kern)
        if severity == .emergency {
            #expect(remote == Result(severity: .alert, facility: .kern, claimedSeverity: 0))
        } else {
            #expect(remote == Result(severity: severity, facility: .kern))
        }
    }

    @Test func theMaximumHoldsForAllSenders() {
        let policy = RecordPolicy(maxSeverity: .error)
        for isLocal in [false, true] {
            #expect(apply(policy, .critical, peerIsLocal: isLocal) == Result(severity: .error, claimedSeverity: 2))
            #expect(apply(policy, .error, peerIsLocal: isLocal) == Result(severity: .error))
            #expect(apply(policy, .debug, peerIsLocal: isLocal) == Result(severity: .debug))
        }
        #expect(apply(RecordPolicy(maxSeverity: .emergency), .emergency) == Result(severity: .emergency))
    }

    @Test func theMinimumIsOfWhatTheSenderClaims() {
        let policy = RecordPolicy(minSeverity: .warning)
        #expect(apply(policy, .notice) == nil)
        #expect(apply(policy, .debug, peerIsLocal: true) == nil)
        #expect(apply(policy, .warning) == Result(severity: .warning))
        #expect(apply(policy, .emergency) == Result(severity: .alert, claimedSeverity: 0))
        // Only what is critical, and that as an error.
        let both = RecordPolicy(minSeverity: .critical, maxSeverity: .error)
        #expect(apply(both, .error) == nil)
        #expect(apply(both, .critical) == Result(severity: .error, claimedSeverity: 2))
    }

    @Test func theFacilityReplacesTheSenders() {
        let policy = RecordPolicy(facility: .local0)
        #expect(
            apply(policy, .error, .kern) == Result(severity: .error, facility: .local0, claimedFacility: 0)
        )
        #expect(apply(policy, .error, .local0) == Result(severity: .error, facility: .local0))
        #expect(apply(policy, .error, nil) == Result(severity: .error, facility: .local0))
    }
}
