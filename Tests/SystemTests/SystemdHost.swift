import Foundation
import TestSupport
import Testing

/// A host of its own that a real systemd has booted: see `boot-host`.
///
/// Its file system is this machine's with everything written to it kept in memory; its network is a loopback interface.
/// It ends with the last reference, or with this process, however that ends.
final class SystemdHost: Sendable {
    /// The process id of its systemd, seen from here.
    let pid: Int32
    /// Held open as long as the host is wanted.
    private let lifeline: FileHandle
    private let ended: DispatchSemaphore

    /// The host's root directory, seen from here.
    var root: String { "/proc/\(pid)/root" }

    /// Boots, and returns when everything that starts at boot has started.
    init() throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        let errors = try TemporaryDirectory()
        _ = FileManager.default.createFile(atPath: errors.path("errors"), contents: nil)
        process.executableURL = URL(fileURLWithPath: Self.script("boot-host"))
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: errors.path("errors"))
        ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        // One line when systemd is about to run; the end of it when it could not come to that.
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard said.hasPrefix("pid "), let pid = Int32(said.dropFirst(4).dropLast()) else {
            throw BootFailure(description: "boot-host did not boot: \(said)\(errors.text("errors"))")
        }
        self.pid = pid
        lifeline = input.fileHandleForWriting
        var state = ""
        let isRunning = try eventually {
            state = try run("systemctl", "is-system-running").output
            return state == "running\n"
        }
        guard isRunning else {
            throw try BootFailure(description: "systemd is \(state)\(run("systemctl", "--failed").output)")
        }
    }

    deinit {
        end()
    }

    struct BootFailure: Error, CustomStringConvertible {
        var description: String
    }

    /// Ends the host with all its processes, and waits until nothing of it is left.
    func end() {
        try? lifeline.close()
        ended.wait()
        // For the code that ends it.
        ended.signal()
    }

    /// Runs a command in the host, for at most a minute.
    func run(_ command: String...) throws -> CommandResult {
        try start(command).finish()
    }

    /// Runs a command in the host that must succeed.
    @discardableResult
    func succeed(_ command: String...) throws -> CommandResult { try succeed(command) }

    /// Runs a command in the host that must succeed.
    @discardableResult
    func succeed(_ command: [String]) throws -> CommandResult {
        let result = try start(command).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
        return result
    }

    /// Starts a command in the host and lets it run, for at most a minute.
    func start(_ command: [String]) throws -> RunningCommand {
        let enter = ["nsenter", "--target", "\(pid)", "--all", "--root", "--wd"]
        return try RunningCommand(enter + ["timeout", "--kill-after=5", "60"] + command)
    }

    /// Writes a file in the host, and the directories above it.
    func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: root + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// A file of these tests beside this source.
    static func script(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Why no host can be booted here; nil when one can.
    static let obstacle: String? = {
        guard geteuid() == 0 else { return "booting a systemd in namespaces needs root" }
        guard FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd") else {
            return "systemd is not installed (apt-get install systemd dbus)"
        }
        let probe = try? RunningCommand([
            "unshare", "--mount", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--net",
            "mount", "-t", "cgroup2", "none", "/mnt",
        ]).finish()
        guard let probe, probe.status == 0 else {
            return "this machine does not let root make namespaces: \(probe?.errors ?? "no unshare")"
        }
        return nil
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, with the reason, when no systemd can be booted.
    static var needsSystemdHost: Self {
        .enabled(if: SystemdHost.obstacle == nil, "skipped: \(SystemdHost.obstacle ?? "")")
    }
}
