import CLinux
import Glibc
import Linux

/// Reads a configuration file as a whole.
enum ConfigurationFile {
    /// Larger files are rejected; one with a comment for each key has about 4 KiB.
    static let maximumSize = 1 << 20

    /// Reads the file's text; nil when the file does not exist.
    ///
    /// Only regular files are read; reading does not wait for a device or a FIFO.
    ///
    /// - Throws: when the file cannot be read, is too large, or is not valid UTF-8.
    static func read(_ path: String) throws(ConfigurationProblem) -> String? {
        let origin = SettingOrigin.place(path)
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw ConfigurationProblem(origin, "is not a file name")
        }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else {
            let error = Errno.last
            if error.number == ENOENT { return nil }
            throw unreadable(path, error)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw unreadable(path, .last) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "not a regular file"
            throw ConfigurationProblem(origin, "is \(kind); name a TOML file")
        }
        let bytes = try contents(of: file, path)
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw ConfigurationProblem(origin, "is not valid UTF-8 (line \(firstInvalidLine(in: bytes)))")
        }
        return text
    }

    private static func contents(of file: Int32, _ path: String) throws(ConfigurationProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= maximumSize {
            let count = retrying { Glibc.read(file, &chunk, chunk.count) }
            guard count >= 0 else { throw unreadable(path, .last) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
        }
        throw ConfigurationProblem(
            .place(path),
            "has more than \(maximumSize) bytes; it cannot be a configuration file"
        )
    }

    static func unreadable(_ path: String, _ error: Errno) -> ConfigurationProblem {
        let isDenied = error.number == EACCES || error.number == EPERM
        let advice = isDenied ? "; let the daemon's user read it, or name another one with --config" : ""
        let code = isDenied ? ExitCode.permission : .configuration
        return ConfigurationProblem(.place(path), "cannot be read: \(error)\(advice)", exitCode: code)
    }

    private static func firstInvalidLine(in bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = lines.firstIndex { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil }
        return (index ?? 0) + 1
    }
}
