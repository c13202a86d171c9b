import Foundation
import TestSupport
import Testing

/// Log clients that run in the host.
extension InstalledHost {
    private static let script = "/run/log-client"
    private static let packages = "/run/log-clients"

    /// Runs `log-client`, beside `TestSupport`, in the host.
    func log(_ format: String, to address: String) throws -> LogClient {
        try copy(LogClient.script("log-client"), to: Self.script)
        if let packages = LogClient.packages { try copy(packages, to: Self.packages) }
        let command = LogClient.command(script: Self.script, packages: Self.packages, format, to: address)
        let result = try host.start(command).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
        return try JSONDecoder().decode(LogClient.self, from: Data(result.output.utf8))
    }

    /// With the sockets of a protocol, and what the journal keeps from then on.
    static func usingSockets(of name: String, _ body: (InstalledHost, Journal) throws -> Void) throws {
        try shared.get().use { installed in
            let journal = installed.journal()
            try installed.systemctl("start", "sockserved-\(name).socket")
            try body(installed, journal)
            #expect(try journal.strayOutput() == [])
        }
    }

    private func copy(_ path: String, to place: String) throws {
        guard !FileManager.default.fileExists(atPath: host.root + place) else { return }
        try FileManager.default.copyItem(atPath: path, toPath: host.root + place)
    }
}

extension Journal {
    /// The records of senders' messages in a protocol, once there are that many; ours have a MESSAGE_ID.
    func messages(in name: String, count: Int) throws -> [Entry] {
        var found: [Entry] = []
        _ = try eventually {
            found = try entries("SOCKSERVED_PROTOCOL=\(name)").filter { $0["MESSAGE_ID"] == nil }
            return found.count >= count
        }
        return found
    }
}

extension Journal.Entry {
    /// The sender's time is the time when the journal got it, give or take a minute.
    func expectNow() throws {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let claimed = try Date(#require(self["SOCKSERVED_TIMESTAMP"]), strategy: format)
        let known = try #require(self["__REALTIME_TIMESTAMP"].flatMap { Double($0) }) / 1_000_000
        #expect(abs(claimed.timeIntervalSince1970 - known) < 60)
    }
}
