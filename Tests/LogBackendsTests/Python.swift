import Foundation
import TestSupport

/// The real Python, for comparison with its results.
enum Python {
    struct Failure: Error {
        let output: String
    }

    static let isInstalled = (try? run("pass", input: "")) != nil
    static let isMissing = "python3 is not installed, there is nothing to compare with"

    /// Runs a script with the input's path and an output's path as its arguments.
    static func run(_ script: String, input: some Encodable) throws -> Data {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let paths = [directory.path("input"), directory.path("output"), directory.path("errors")]
        for path in paths { try Data().write(to: URL(fileURLWithPath: path)) }
        try JSONEncoder().encode(input).write(to: URL(fileURLWithPath: paths[0]))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + paths[..<2]
        process.standardError = FileHandle(forWritingAtPath: paths[2])
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(output: directory.text("errors")) }
        return try Data(contentsOf: URL(fileURLWithPath: paths[1]))
    }
}
