import Foundation
import TestSupport

/// A booted host with the daemon installed by `make install`.
struct InstalledHost {
    let host: SystemdHost

    /// The socket units, that of hello first.
    static let sockets = ["", "-unix", "-udp", "-python", "-syslog", "-gelf", "-json", "-relp", "-metrics"]
        .map { "sockserved\($0).socket" }
    static let units = "/usr/local/lib/systemd/system"

    /// One for all tests that leave the installation as it is.
    static let shared = Result { try InstalledHost() }

    init(on host: SystemdHost) {
        self.host = host
    }

    init() throws {
        host = try SystemdHost()
        try make("install")
        try host.succeed("journalctl", "--update-catalog")
        try host.succeed("systemctl", "daemon-reload")
    }

    /// The daemon that the package has built, beside the program of these tests.
    static var binary: String {
        if let path = ProcessInfo.processInfo.environment["SOCKSERVED_BINARY"] { return path }
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("sockserved").path
    }

    /// Runs make in the checkout, with the host's root directory as its destination.
    func make(_ goals: String...) throws {
        let checkout = URL(fileURLWithPath: SystemdHost.script("../..")).standardizedFileURL.path
        let command = [
            "make", "--no-print-directory", "-C", checkout, "DESTDIR=\(host.root)", "PREFIX=/usr/local",
        ]
        let result = try RunningCommand(command + ["BINARY=\(Self.binary)"] + goals).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
    }

    /// Runs one test: nothing of the daemon runs before it, and nothing of what it changed is left after it.
    func use(_ body: (InstalledHost) throws -> Void) throws {
        defer { try? reset() }
        try reset()
        do {
            try body(self)
        } catch {
            throw Failure(
                error: error,
                journal: try host.run("journalctl", "-b", "-n", "40", "-o", "short-precise").output
            )
        }
    }

    /// The error, and the last lines of the host's journal.
    struct Failure: Error, CustomStringConvertible {
        var error: any Error
        var journal: String
        var description: String { "\(error)\nThe host's journal:\n\(journal)" }
    }

    private func reset() throws {
        _ = try host.run("systemctl", "start", "systemd-journald.socket", "systemd-journald.service")
        _ = try host.start(["systemctl", "stop"] + Self.sockets + ["sockserved.service"]).finish()
        try host.succeed(
            "rm",
            "-rf",
            "/etc/systemd/system/sockserved.service.d",
            "/etc/systemd/system/sockserved.socket.d",
            "/etc/systemd/system/sockserved-syslog.socket.d",
            "/etc/sockserved/test.toml",
            "/var/log/private/sockserved",
            "/var/log/sockserved"
        )
        try systemctl("daemon-reload")
        // As `make install` leaves a fresh host; into another root directory it enables nothing.
        _ = try host.start(["systemctl", "--quiet", "disable"] + Self.sockets + ["sockserved.service"]).finish()
        try host.succeed("systemctl", "--quiet", "enable", "sockserved.socket")
        _ = try host.run("systemctl", "reset-failed")
    }

    /// Changes the service as an administrator would, by a drop-in.
    func dropIn(_ lines: String...) throws {
        try host.write(
            "[Service]\n" + lines.joined(separator: "\n") + "\n",
            to: "/etc/systemd/system/sockserved.service.d/test.conf"
        )
        try host.succeed("systemctl", "daemon-reload")
    }

    /// Gives the daemon other flags.
    func setFlags(_ flags: String) throws {
        try dropIn("Environment=\"SOCKSERVED_OPTIONS=\(flags)\"")
    }

    func systemctl(_ command: String, _ units: String...) throws {
        let result = try host.start(["systemctl", command] + units).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
    }

    /// A property of the service.
    func property(_ name: String) throws -> String {
        try host.succeed("systemctl", "show", "sockserved.service", "--value", "-p", name).lines.first ?? ""
    }

    /// The service's state and its last records, for the message of a test that fails.
    var status: String {
        (try? host.run("systemctl", "status", "-l", "-n", "40", "sockserved.service").output) ?? "no status"
    }

    /// Stops journald's process for some time, and lets it go on; the body runs at the beginning of that.
    func suspendJournald(for seconds: TimeInterval, _ body: () throws -> Void = {}) throws {
        let show = ["systemctl", "show", "systemd-journald.service", "--value", "-p", "MainPID"]
        let pid = try host.succeed(show).lines[0]
        try host.succeed("kill", "-STOP", pid)
        try body()
        // The length of the outage: not a wait for something to happen.
        Thread.sleep(forTimeInterval: seconds)
        try host.succeed("kill", "-CONT", pid)
    }

    /// Waits until a property of the service has that value.
    func waits(for name: String, toBe value: String) throws -> Bool {
        try eventually { try property(name) == value }
    }
}
