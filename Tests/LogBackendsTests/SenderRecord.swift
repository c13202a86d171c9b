import Linux
import LogRecords

/// Makes records as parsers fill them.
extension LogRecord {
    static func ofSender(
        severity: Severity = .warning,
        protocol name: String = "syslog",
        peer: Peer = .internet(address: "192.0.2.7", port: 514),
        _ fill: (inout LogRecord) -> Void = { _ in }
    ) -> LogRecord {
        let origin = Origin(
            protocolName: name,
            listener: "logs",
            peer: peer,
            connection: 9
        )
        let time = WallTime(seconds: 1_693_828_800, nanoseconds: 123_456_789)
        var record = LogRecord(nil, severity: severity, time: time, origin: origin)
        record.message = Array("hello".utf8)
        fill(&record)
        return record
    }

    /// A record with everything that the formats know.
    static var full: LogRecord {
        ofSender { record in
            record.facility = .local3
            record.claimedTime = WallTime(seconds: 1_600_000_000, nanoseconds: 5_000_999)
            record.set(.appName, "nginx")
            record.set(.procid, "1234")
            record.set(.hostname, "web-1.example.org")
            record.set(.msgid, "ID47")
            record.set(.timestampText, "Sep 13 12:26:40")
            record.set(.logger, "app.db")
            record.set(.levelName, "LOUD")
            record.set(.levelNumber, to: 35)
            record.set(.file, "/srv/app/db.core.py")
            record.set(.line, to: 42)
            record.set(.function, "connect")
            record.set(.processName, "MainProcess")
            record.set(.threadName, "Thread-1")
            record.set(.exceptionText, "Traceback:\n  ValueError: x")
            record.set(.stackInfo, "Stack:\n  here")
            record.set(.fault, "the time is wrong")
            record.set(.originalLength, to: 2_000_000)
            record.set(.heldBack, to: 3)
            record.set(.claimedSeverity, to: 0)
            record.set(.claimedFacility, to: 4)
            record.set(.raw, to: ([0x3C, 0xFF, 0x0A] as [UInt8]).span)
            record.extra("user", "zoé")
            record.extra("count", integer: -7)
            record.extra("ratio", json: "0.5")
            record.extra("tags", json: #"["a",{"b":null}]"#)
            record.extra("blob", bytes: [0xFF])
            record.structured("ex@32473", "ip", "192.0.2.1")
            record.structured("ex@32473", "class", "high")
            record.structured("ex@32473", "ip", "192.0.2.129")
            record.structured("origin", "", "")
        }
    }

    /// A record of a sender on this host.
    static func ofLocalSender(_ fill: (inout LogRecord) -> Void = { _ in }) -> LogRecord {
        ofSender(peer: .internet(address: "127.0.0.1", port: 40_000), fill)
    }

    mutating func set(_ key: FieldKey, _ text: String) {
        set(key, to: Array(text.utf8).span)
    }

    mutating func extra(_ name: String, _ text: String) {
        extra(Array(name.utf8), bytes: Array(text.utf8))
    }

    mutating func extra(_ name: String, bytes: [UInt8]) {
        extra(Array(name.utf8), bytes: bytes)
    }

    mutating func extra(_ name: [UInt8], bytes: [UInt8]) {
        let name = store(name.span)
        add(.extra(name), .bytes(store(bytes.span)))
    }

    mutating func extra(_ name: String, integer: Int64) {
        add(.extra(store(Array(name.utf8).span)), .integer(integer))
    }

    mutating func extra(_ name: String, json: String) {
        let name = store(Array(name.utf8).span)
        add(.extra(name), .json(store(Array(json.utf8).span)))
    }

    mutating func structured(_ id: String, _ name: String, _ text: String) {
        structured(Array(id.utf8), Array(name.utf8), Array(text.utf8))
    }

    mutating func structured(_ id: [UInt8], _ name: [UInt8], _ value: [UInt8]) {
        let id = store(id.span)
        let name = store(name.span)
        add(.structured(id: id, name: name), .bytes(store(value.span)))
    }
}
