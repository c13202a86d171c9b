import Foundation
import TestSupport
import Testing

/// Clients of log protocols that run in the host while something is done to the daemon.
extension InstalledHost {
    /// Sends numbered messages, each by a `logger` of its own, until the body returns and at least `count` are sent.
    ///
    /// - Returns: the messages. None of them was refused.
    @discardableResult
    func whileSending(to address: [String], count: Int = 200, _ body: () throws -> Void) throws -> [String] {
        let name = "/run/senders-\(UUID().uuidString)"
        // Line by line: a sender that is refused is named.
        let script = """
            number=0
            while [ $number -lt \(count) ] || [ ! -e \(name) ]; do
                number=$((number + 1))
                logger --tag sender \(address.joined(separator: " ")) "sent $number" || echo "refused $number"
                [ $number -ne 20 ] || touch \(name).begun
            done
            echo "count $number"
            """
        let running = try host.start(["sh", "-c", script])
        // What is done is done under way.
        try #require(eventually { FileManager.default.fileExists(atPath: "\(host.root)\(name).begun") })
        let result: CommandResult
        do {
            try body()
            try host.write("", to: name)
            result = running.finish()
        } catch {
            try host.write("", to: name)
            _ = running.finish()
            throw error
        }
        let last = try #require(result.lines.last?.split(separator: " ").last.flatMap { Int($0) }, "\(result)")
        #expect(result.lines.filter { $0.hasPrefix("refused") } == [], "\(result)")
        return (1...last).map { "sent \($0)" }
    }

    /// Sends one message by `logger`.
    func send(_ message: String, _ address: String...) throws {
        let result = try host.start(["logger", "--tag", "sender"] + address + [message]).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
    }

    /// Whether something listens on a TCP port of the host.
    func isListening(on port: Int) throws -> Bool {
        try host.succeed("ss", "--no-header", "--listening", "--numeric", "--tcp", "sport = :\(port)").output != ""
    }

    /// Changes a unit as `systemctl edit` would.
    func edit(_ unit: String, _ lines: String...) throws {
        let text = lines.joined(separator: "\n") + "\n"
        try host.write(text, to: "/etc/systemd/system/\(unit).d/test.conf")
        try systemctl("daemon-reload")
    }

    /// Copies an installed drop-in to the path in its first lines.
    func copyDropIn(_ name: String, to directory: String) throws {
        try host.succeed("mkdir", "-p", directory)
        try host.succeed("cp", "/usr/local/share/doc/sockserved/examples/systemd/\(name)", directory)
    }
}

extension Journal {
    /// Expects that each of these messages of senders is recorded once.
    func expectSent(_ messages: [String], location: SourceLocation = #_sourceLocation) throws {
        var counts: [String: Int] = [:]
        let isComplete = try eventually {
            counts = try self.messages("SYSLOG_IDENTIFIER=sender").reduce(into: [:]) { $0[$1, default: 0] += 1 }
            return messages.allSatisfy { counts[$0] != nil }
        }
        let wrong = messages.filter { counts[$0] != 1 }
        #expect(isComplete && wrong == [], "of \(messages.count): \(wrong.prefix(10))", sourceLocation: location)
    }
}
