package import LogRecords

/// The rules by which a listener changes the facility and the severity that its senders claim.
package struct RecordPolicy: Sendable, Equatable {
    /// The most urgent severity that senders on other hosts get unless it is configured: an emergency goes to every
    /// terminal (`ForwardToWall=` of journald.conf(5), `*.emerg` of rsyslog).
    package static let remoteMaximum = Severity.alert

    /// The facility of all records; nil: the sender's.
    package var facility: Facility?
    /// Messages that are less urgent are left out; nil: none.
    package var minSeverity: Severity?
    /// Messages that claim more are recorded as this; nil: `remoteMaximum` for senders on other hosts.
    package var maxSeverity: Severity?

    package init(facility: Facility? = nil, minSeverity: Severity? = nil, maxSeverity: Severity? = nil) {
        self.facility = facility
        self.minSeverity = minSeverity
        self.maxSeverity = maxSeverity
    }

    /// Changes a sender's record as configured; what the sender claims stays in a field.
    ///
    /// - Returns: false when the message is to be left out.
    package func apply(to record: inout LogRecord, peerIsLocal: Bool) -> Bool {
        if let minSeverity, record.severity < minSeverity { return false }
        let maximum = maxSeverity ?? (peerIsLocal ? .emergency : Self.remoteMaximum)
        if record.severity > maximum {
            record.set(.claimedSeverity, to: Int64(record.severity.rawValue))
            record.severity = maximum
        }
        if let facility {
            if let claimed = record.facility, claimed != facility {
                record.set(.claimedFacility, to: Int64(claimed.rawValue))
            }
            record.facility = facility
        }
        return true
    }
}
