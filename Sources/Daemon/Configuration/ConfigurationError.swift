import LogRecords

/// All that is wrong with flags and files, at once.
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

/// One thing that is wrong, in one line: where, what, and what would be right.
package struct ConfigurationProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Longer messages are cut: what was written by mistake may be as long as a file.
    private static let maximumLength = 1000

    package let description: String
    package let exitCode: ExitCode

    /// - Parameter exitCode: nil: what the origin implies.
    package init(_ origin: SettingOrigin, _ reason: String, exitCode: ExitCode? = nil) {
        var line: [UInt8] = []
        line.append(escaping: "\(origin): \(reason)")
        if line.count > Self.maximumLength {
            // A character that was cut through becomes U+FFFD when the bytes are read as text.
            line = line.prefix(Self.maximumLength) + Array("...".utf8)
        }
        description = String(decoding: line, as: UTF8.self)
        self.exitCode = exitCode ?? origin.exitCode
    }
}

extension SettingOrigin {
    /// How the daemon ends when what was written here is wrong.
    fileprivate var exitCode: ExitCode {
        switch self {
        case .flag: .usage
        case .file, .place, .systemd: .configuration
        }
    }
}
