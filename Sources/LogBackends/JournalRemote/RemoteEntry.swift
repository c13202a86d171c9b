import Linux
import LogRecords

/// Writes a record as an entry of the Journal Export Format; see https://systemd.io/JOURNAL_EXPORT_FORMATS/.
///
/// systemd-journal-remote ignores an entry without a valid time, and answers as if it had stored it: so every entry has
/// times that it takes.
struct RemoteEntry: LogEncoder {
    /// VALID_REALTIME and VALID_MONOTONIC of systemd: below 2 to the power of 55.
    private static let timeLimit: Int64 = 1 << 55

    private var entry: JournalEntry
    private let host: SenderHost
    private let bootID: [UInt8]
    /// The last time of reception and the fields of it, the same for all records of one receive.
    private var time: WallTime?
    private var timeText: [UInt8] = []

    /// - Parameters:
    ///   - entry: writes the fields that do not begin with an underscore.
    ///   - host: writes `_HOSTNAME`.
    ///   - bootID: 32 hexadecimal digits, different for each start of the daemon.
    init(entry: JournalEntry, host: SenderHost, bootID: [UInt8]) {
        self.entry = entry
        self.host = host
        self.bootID = bootID
    }

    mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
        appendTime(record.time, to: &bytes)
        let start = bytes.beginField("_HOSTNAME=")
        host.append(for: record, to: &bytes)
        bytes.endField(start)
        if let claimed = record.claimedTime.flatMap(Self.microseconds) {
            bytes.appendField("_SOURCE_REALTIME_TIMESTAMP=", claimed)
        }
        entry.encode(record, into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func appendTime(_ time: WallTime, to bytes: inout [UInt8]) {
        if self.time != time {
            self.time = time
            timeText.removeAll(keepingCapacity: true)
            timeText.appendField("__REALTIME_TIMESTAMP=", Self.microseconds(time) ?? 1)
            // Records are encoded as soon as they are received.
            let monotonic = MonotonicTime.now.nanoseconds / 1000
            timeText.appendField("__MONOTONIC_TIMESTAMP=", min(max(0, monotonic), Self.timeLimit - 1))
            _ = timeText.beginField("_BOOT_ID=")
            timeText.append(contentsOf: bootID)
            timeText.append(UInt8(ascii: "\n"))
        }
        bytes.append(contentsOf: timeText)
    }

    /// Microseconds since 1970; nil for times that systemd does not take.
    private static func microseconds(_ time: WallTime) -> Int64? {
        let (seconds, overflow) = time.seconds.multipliedReportingOverflow(by: 1_000_000)
        let microseconds = seconds &+ Int64(time.microseconds)
        return !overflow && (1..<timeLimit).contains(microseconds) ? microseconds : nil
    }
}
