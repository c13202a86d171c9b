import Foundation

/// Programs of the system that have no function for what they do.
enum SystemCommand {
    /// - Returns: whether the program is there and said that it succeeded.
    static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Where users' shells do not look, root's tools are.
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.arguments = ["PATH=\(path):/usr/sbin:/sbin"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
