import Foundation

/// The daemon's program, which SwiftPM builds next to the tests, and short runs of it and of others.
package enum BuiltProgram {
    package struct Outcome {
        package let status: Int32
        package let output: String
        /// The lines that were written to stderr.
        package let complaints: [Substring]
    }

    package static var path: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().appending(path: "sockserved").path
        }
    }

    /// Runs the daemon's program to its end, with only the given environment.
    package static func run(_ arguments: [String], in directory: TemporaryDirectory) throws -> Outcome {
        try run(path, arguments, in: directory)
    }

    package static func run(
        _ program: String,
        _ arguments: [String],
        in directory: TemporaryDirectory
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = directory.url
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardInput = FileHandle.nullDevice
        // Files rather than pipes, which would have to be read at the same time.
        process.standardOutput = try create("run.out", in: directory)
        process.standardError = try create("run.err", in: directory)
        try process.run()
        guard eventually(within: .seconds(30), { !process.isRunning }) else {
            kill(process.processIdentifier, SIGKILL)
            throw Hanging(program: program, arguments: arguments)
        }
        return Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: directory.text("run.out"),
            complaints: directory.text("run.err").split(separator: "\n")
        )
    }

    /// The first of these files that can be run; nil when none is there.
    package static func firstExecutable(_ paths: String...) -> String? {
        paths.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func create(_ name: String, in directory: TemporaryDirectory) throws -> FileHandle {
        try Data().write(to: directory.url.appending(path: name))
        return try FileHandle(forWritingTo: directory.url.appending(path: name))
    }

    private struct Hanging: Error {
        let program: String
        let arguments: [String]
    }
}
