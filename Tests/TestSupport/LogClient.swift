import Foundation

/// Python programs that log through common handlers: `log-client` beside this file, and its packages.
package struct LogClient: Decodable, Sendable {
    /// Its process.
    package let pid: Int32
    /// Its path.
    package let file: String
    /// Where it logged, by level.
    package let lines: [String: Int]

    package static let python = BuiltProgram.firstExecutable("/usr/bin/python3")

    /// Where graypy and python-json-logger are; nil when `make deps-test` could not get them.
    package static let packages: String? = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/log-clients")
            .standardizedFileURL.path
        let isThere = ["graypy", "pythonjsonlogger"].allSatisfy {
            FileManager.default.fileExists(atPath: "\(path)/\($0)")
        }
        return isThere ? path : nil
    }()

    /// The path of a script beside this file.
    package static func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
    }

    /// Makes a command that runs `log-client`.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - packages: the directory of packages that are not in Python's library.
    ///   - format: `python`, `syslog`, `gelf` or `json`.
    ///   - address: in the daemon's text form.
    /// - Returns: the command with its arguments.
    package static func command(
        script path: String = script("log-client"),
        packages: String? = packages,
        _ format: String,
        to address: String
    ) -> [String] {
        ["/usr/bin/env", "PYTHONPATH=\(packages ?? "")", "/usr/bin/python3", path, format, address]
    }

    /// Logs to an address, as `command` does.
    package static func run(_ format: String, to address: String, in directory: TemporaryDirectory) throws -> LogClient
    {
        let command = command(format, to: address)
        let outcome = try BuiltProgram.run(command[0], Array(command[1...]), in: directory)
        guard outcome.status == 0 else { throw Failure(complaints: outcome.complaints.joined(separator: "\n")) }
        return try JSONDecoder().decode(LogClient.self, from: Data(outcome.output.utf8))
    }

    struct Failure: Error {
        let complaints: String
    }

    /// Whether the text is the one that `logger.exception` adds to the message.
    package func isTraceback(_ text: some StringProtocol) -> Bool {
        // Newer versions of Python mark the place in the line below.
        let start = """
            Traceback (most recent call last):
              File "\(file)", line \((lines["error"] ?? 0) - 3), in <module>
                {}["4242"]

            """
        return text.hasPrefix(start) && text.hasSuffix("\nKeyError: '4242'")
    }
}
