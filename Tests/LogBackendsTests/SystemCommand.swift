import Foundation

/// Runs programs of the system for which there is no function.
enum SystemCommand {
    /// - Returns: whether the program exists and succeeded.
    static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The directories of root's tools, which users' shells do not search.
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.arguments = ["PATH=\(path):/usr/sbin:/sbin"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
