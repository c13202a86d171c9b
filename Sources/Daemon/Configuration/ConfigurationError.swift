import LogRecords

/// All errors in flags and files.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// At least one.
    package let problems: [ConfigurationProblem]

    package init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// 64 when a flag is wrong, else 77 when a file may not be read, else 78.
    package var exitCode: ExitCode {
        let codes = problems.map(\.exitCode)
        return [.usage, .permission].first { codes.contains($0) } ?? .configuration
    }

    /// One line for each problem.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// One error, in one line: its place, the reason, and how to correct it.
package struct ConfigurationProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Longer messages are cut, since a value may be as long as a file.
    private static let maximumLength = 1000

    package let description: String
    package let exitCode: ExitCode

    /// Makes a problem; without an exit code, the origin implies it.
    package init(_ origin: SettingOrigin, _ reason: String, exitCode: ExitCode? = nil) {
        var line: [UInt8] = []
        line.append(escaping: "\(origin): \(reason)")
        if line.count > Self.maximumLength {
            // A character that is cut becomes U+FFFD in the text.
            line = line.prefix(Self.maximumLength) + Array("...".utf8)
        }
        description = String(decoding: line, as: UTF8.self)
        self.exitCode = exitCode ?? origin.exitCode
    }
}

extension SettingOrigin {
    /// The exit code for an error at this place.
    fileprivate var exitCode: ExitCode {
        switch self {
        case .flag: .usage
        case .file, .place, .systemd: .configuration
        }
    }
}
