import Foundation
import TestSupport

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
