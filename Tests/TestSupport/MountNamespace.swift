import Foundation

/// Mounts that only the program under test sees, by unshare(1); nothing of them is left when it ends.
package enum MountNamespace {
    /// Whether they can be made here, as root or in a user namespace.
    package static let isAvailable: Bool = {
        guard let directory = try? TemporaryDirectory() else { return false }
        let command = wrapper(mounting: "-t tmpfs tmpfs '\(directory.path)'") + ["/bin/true"]
        return (try? BuiltProgram.run(command[0], Array(command[1...]), in: directory))?.status == 0
    }()

    /// Makes a command that mounts and then executes the command after it.
    ///
    /// - Parameter mount: mount(8)'s arguments, for the shell.
    /// - Returns: the command, without the one to execute.
    package static func wrapper(mounting mount: String) -> [String] {
        let user = geteuid() == 0 ? [] : ["--map-root-user"]
        return ["/usr/bin/unshare", "--mount"] + user + ["/bin/sh", "-c", "mount \(mount) && exec \"$0\" \"$@\""]
    }
}
