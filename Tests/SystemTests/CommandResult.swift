import Foundation

/// The output and the exit status of a command.
struct CommandResult: CustomStringConvertible {
    var command: String
    /// The exit status; 128 and the signal's number when a signal ended it, 124 when it took too long.
    var status: Int32
    var output: String
    var errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }
    var description: String { "\(command): exit status \(status)\n\(output)\(errors)" }
}

/// A command that did not succeed.
struct CommandFailure: Error, CustomStringConvertible {
    var result: CommandResult
    var description: String { result.description }
}

/// A command while it runs.
///
/// Its output goes to files, so that it never waits for a reader.
final class RunningCommand {
    private let process = Process()
    private let input = Pipe()
    private let directory: URL
    private let ended = DispatchSemaphore(value: 0)

    /// Starts a command, found by PATH, with a few variables of its own as its whole environment.
    init(_ command: [String]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb",
            "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0", "SYSTEMD_URLIFY": "0",
        ]
        process.standardInput = input
        process.standardOutput = try file("output")
        process.standardError = try file("errors")
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    var outputSoFar: String { text("output") }

    /// Ends its standard input, for commands that go on until then.
    func endInput() {
        try? input.fileHandleForWriting.close()
    }

    /// Waits for its end.
    func finish() -> CommandResult {
        endInput()
        ended.wait()
        return CommandResult(
            command: (process.arguments ?? []).joined(separator: " "),
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: text("output"),
            errors: text("errors")
        )
    }

    private func file(_ name: String) throws -> FileHandle {
        let url = directory.appendingPathComponent(name)
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        return try FileHandle(forWritingTo: url)
    }

    private func text(_ name: String) -> String {
        let data = try? Data(contentsOf: directory.appendingPathComponent(name))
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
