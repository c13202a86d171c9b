import Foundation
import TestSupport
import Testing

/// `confirmed-client`, beside `TestSupport`, in the host.
extension InstalledHost {
    private static let script = "/run/confirmed-client"

    /// Sends messages over TCP until the body returns.
    ///
    /// The body gets a function that waits until that many connections in all are confirmed. The result are the messages
    /// that the daemon confirmed.
    func whileConfirming(
        _ format: String,
        port: Int,
        _ body: (_ waitForConfirmed: (Int) throws -> Void) throws -> Void
    ) throws -> [String] {
        let path = host.root + Self.script
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.copyItem(atPath: LogClient.script("confirmed-client"), toPath: path)
        }
        let running = try host.start(["/usr/bin/python3", Self.script, format, "tcp:127.0.0.1:\(port)", "m"])
        do {
            try body { count in
                let came = eventually(within: .seconds(50)) {
                    running.outputSoFar.count { $0 == "\n" } >= count
                }
                try #require(came, "fewer than \(count) are confirmed")
            }
        } catch {
            _ = running.finish()
            throw error
        }
        let result = running.finish()
        #expect(result.status == 0, "\(result.errors)")
        return result.lines.flatMap { name in (1...5).map { "\(name)-\($0)" } }
    }
}
