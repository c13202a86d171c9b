import Foundation
import TestSupport

/// A booted host where Debian packages are installed.
struct PackageHost {
    let host: SystemdHost

    init() throws {
        host = try SystemdHost()
        // Container images have one that forbids every start and stop.
        try host.succeed("rm", "-f", "/usr/sbin/policy-rc.d")
        // systemd makes it for the first service that wants a log directory, and keeps it.
        try host.succeed("mkdir", "-p", "-m", "0700", "/var/log/private")
    }

    func install(_ package: DebianPackage) throws {
        let place = "/run/\(URL(filePath: package.path).lastPathComponent)"
        if !FileManager.default.fileExists(atPath: host.root + place) {
            try FileManager.default.copyItem(atPath: package.path, toPath: host.root + place)
        }
        try dpkg("--install", place)
    }

    func dpkg(_ arguments: String...) throws {
        let command = ["env", "DEBIAN_FRONTEND=noninteractive", "dpkg"] + arguments
        let result = try host.start(command).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
    }

    /// A property of the service.
    func property(_ name: String) throws -> String {
        try host.succeed("systemctl", "show", "sockserved.service", "--value", "-p", name).lines.first ?? ""
    }

    /// The network sockets that something listens at.
    func listeningSockets() throws -> [String] {
        try host.succeed("ss", "-Hlntu").lines
    }

    /// The daemon's processes, and its sockets and directories in `/run`.
    func traces() throws -> [String] {
        try host.run("pgrep", "-l", "sockserved").lines
            + host.run("find", "/run", "-xdev", "-name", "sockserved*", "!", "-name", "*.deb").lines
    }

    /// All files and directories where packages put some, except the databases of dpkg, systemd and man.
    func files() throws -> Set<String> {
        let others = ["/var/lib/dpkg", "/var/log/journal", "/var/log/dpkg.log", "/var/cache/man"]
        let prune = others.map { "-path \($0)" }.joined(separator: " -o ")
        let find = "find /etc /lib /usr /var -xdev \\( \(prune) \\) -prune -o -print"
        return try Set(host.succeed("sh", "-c", find).lines)
    }
}
