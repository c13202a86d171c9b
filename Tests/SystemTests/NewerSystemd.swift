import Foundation
import TestSupport

/// journald, journalctl and systemd-journal-remote of a later systemd than this machine's, where `make deps-test` could
/// fetch them.
enum NewerSystemd {
    private static let tree = URL(filePath: SystemdHost.script("../../.build/newer-systemd")).standardizedFileURL.path
    static let isThere = FileManager.default.fileExists(atPath: "\(tree)/.complete")

    /// A host of its own with these programs in the places of its own.
    static let host = Result {
        let installed = try InstalledHost()
        let script = """
            cd '\(tree)'
            cp --remove-destination --parents -t '\(installed.host.root)' lib/systemd/systemd-journald bin/journalctl \
                lib/systemd/systemd-journal-remote usr/lib/*/systemd/libsystemd-shared-*.so
            """
        let result = try RunningCommand(["sh", "-ec", script]).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
        try installed.systemctl("restart", "systemd-journald.service")
        return installed
    }

    /// The number of a host's systemd, by its journalctl.
    static func version(in host: SystemdHost) throws -> Int {
        let words = try host.succeed("journalctl", "--version").output.split(separator: " ")
        return words.dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
