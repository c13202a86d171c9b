import Foundation
import Systemd
import TestSupport
import Testing

/// Reads entries with journalctl.
enum JournalReader {
    static let isPossible = access(Journal.socketPath, F_OK) == 0

    /// The entries that match, as soon as there are that many.
    static func entries(_ count: Int, _ matches: String...) throws -> [[NativeField]] {
        var found: [[NativeField]] = []
        _ = try eventually {
            found = NativeField.readEntries(try journalctl(["-o", "export", "--all"] + matches))
            return found.count >= count
        }
        return found
    }

    /// What two entries of this process have in common, sorted.
    static func comparable(_ entry: [NativeField]) -> [NativeField] {
        let own: Set<String> = [
            "__CURSOR", "__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "__SEQNUM", "__SEQNUM_ID",
            "_SOURCE_REALTIME_TIMESTAMP", "TEST_WAY",
        ]
        return entry.filter { !own.contains($0.name) }.sorted {
            $0.name == $1.name ? $0.value.lexicographicallyPrecedes($1.value) : $0.name < $1.name
        }
    }

    /// What journalctl prints.
    static func journalctl(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/journalctl")
        process.arguments = ["-q"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }
}
