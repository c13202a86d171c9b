import Foundation

/// A network that only the program under test has, by unshare(1): loopback, and an address that is not of loopback.
package enum NetworkNamespace {
    /// Peers that connect to it have it too, and so are not local ones.
    package static let address = "10.9.8.7"

    /// Whether one can be made here; it takes root and iproute2.
    package static let isAvailable: Bool = {
        guard geteuid() == 0, let directory = try? TemporaryDirectory() else { return false }
        let command = wrapper(mounting: "-t tmpfs tmpfs '\(directory.path)'") + ["/bin/true"]
        return (try? BuiltProgram.run(command[0], Array(command[1...]), in: directory))?.status == 0
    }()

    /// Makes a command that mounts and then runs, in its own place, the command that follows it.
    ///
    /// - Parameter mount: mount(8)'s arguments, for the shell.
    /// - Returns: the command, without the one to run.
    package static func wrapper(mounting mount: String) -> [String] {
        let network = "ip link set lo up && ip address add \(address)/32 dev lo"
        return [
            "/usr/bin/unshare", "--mount", "--net", "/bin/sh", "-c",
            "\(network) && mount \(mount) && exec \"$0\" \"$@\"",
        ]
    }

    /// Runs a command in the network of a process, once it has one of its own: until then it is in this machine's.
    ///
    /// - Returns: its exit status; -1 when the process gets no network of its own.
    package static func run(_ command: [String], in process: Int32, _ directory: TemporaryDirectory) throws -> Int32 {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        let isApart = eventually {
            let network = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
            return network.map { $0 != own } ?? false
        }
        guard isApart else { return -1 }
        return try BuiltProgram.run("/usr/bin/nsenter", ["--target", "\(process)", "--net"] + command, in: directory)
            .status
    }
}
