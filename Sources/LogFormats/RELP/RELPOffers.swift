import LogRecords

/// The offers of a client that opens a RELP session: lines of `NAME=VALUE`.
struct RELPOffers {
    private var hasVersion = false
    private var hasSyslog = false

    /// Whether a session is possible: any version, as the server answers with its own, and the command `syslog`.
    var areAcceptable: Bool { hasVersion && hasSyslog }

    init(_ data: Span<UInt8>) {
        var start = 0
        for index in 0...data.count where index == data.count || data[index] == UInt8(ascii: "\n") {
            read(data.extracting(start..<index))
            start = index + 1
        }
    }

    private mutating func read(_ line: Span<UInt8>) {
        let version: StaticString = "relp_version="
        let commands: StaticString = "commands="
        if line.begins(with: version) {
            hasVersion = ASCII.integer(line, version.utf8CodeUnitCount..<line.count) != nil
        } else if line.begins(with: commands) {
            var start = commands.utf8CodeUnitCount
            for index in start...line.count where index == line.count || line[index] == UInt8(ascii: ",") {
                if line.extracting(start..<index).isEqual(to: "syslog") { hasSyslog = true }
                start = index + 1
            }
        }
    }
}
