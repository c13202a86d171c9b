import BenchSupport
import Glibc

/// Where things are.
enum Places {
    /// The package's folder, where the Python programs lie.
    static let package =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

    /// This program, for those that it starts, too.
    static let program = "/proc/\(getpid())/exe"

    /// A program of this name in PATH or where the system's own programs are, or the path itself where it is one.
    static func program(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"])
            .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The words before a server's command that have systemd-socket-activate start it in a folder for its first client,
    /// with a socket of that name, and sockserved's with the environment of its unit.
    static func activation(port: UInt16, name: String, folder: String) -> [String] {
        [
            "env", "--chdir=\(folder)", "SWIFT_BACKTRACE=enable=no",
            "SYSTEMD_LOG_LEVEL=err",  // without its lines about each start
            "systemd-socket-activate", "--listen=127.0.0.1:\(port)", "--fdname=\(name)",
        ]
    }

    /// Where `make deps-test` has unpacked Debian's packages of peers.
    static let unpacked = "\(package)/../../.build/log-programs"

    /// Debian's directories for libraries below a root: those of the machine, and syslog-ng's own.
    static func libraries(in root: String) -> String {
        let machines = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        let machine = machines.first { access("\(root)/usr/lib/\($0)", F_OK) == 0 } ?? ""
        return ["usr/lib/syslog-ng", "usr/lib/\(machine)", "lib/\(machine)"].map { "\(root)/\($0)" }
            .joined(separator: ":")
    }

    /// Writes a file, such as a server's configuration.
    static func write(_ text: String, to path: String) throws(BenchError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchError("open \(path)", code: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw BenchError("write \(path)", code: errno)
        }
    }

    /// Removes a folder with the files in it.
    static func removeFolder(_ path: String) {
        guard let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(directory)
        rmdir(path)
    }
}
