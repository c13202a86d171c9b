import Daemon
import Foundation
import TestSupport
import Testing

/// What suites about configurations of a file and flags share.
protocol ConfigurationSuite {
    /// Of the file.
    var directory: TemporaryDirectory { get }
}

extension ConfigurationSuite {
    func load(
        _ file: String? = nil,
        flags: [String: String] = [:],
        listen: [String] = []
    ) throws(ConfigurationError) -> Configuration {
        var settings = Settings()
        for setting in Configuration.settings { settings.setFlag(setting, flags[setting.key]) }
        let path = directory.path("x.toml")
        if let file {
            #expect(FileManager.default.createFile(atPath: path, contents: Data(file.utf8)))
        }
        let loader = ConfigurationLoader(
            flags: settings,
            listen: listen,
            defaultPath: path
        )
        return try loader.load()
    }

    /// The messages without the file's name, which differs in each run, and the line.
    func problems(_ file: String, flags: [String: String] = [:], listen: [String] = []) -> [String] {
        let error = #expect(throws: ConfigurationError.self) { try load(file, flags: flags, listen: listen) }
        let prefix = directory.path("x.toml") + ":"
        return (error?.problems ?? []).map { problem in
            guard problem.description.hasPrefix(prefix) else { return problem.description }
            return String(problem.description.dropFirst(prefix.count)).replacing(#/^\d+: /#, with: "")
        }
    }
}
