import CLinux
import Glibc
import Linux

/// Finds the configuration files of a directory such as `/etc/sockserved/sockserved.toml.d`.
enum ConfigurationDirectory {
    /// The paths of the regular files whose names end with `.toml` and do not begin with a dot, sorted by the bytes of
    /// their names; none when the directory does not exist.
    ///
    /// A link to a file counts as the file, and a link to `/dev/null` is ignored, as for systemd's units.
    ///
    /// - Throws: when the directory cannot be read.
    static func files(in path: String) throws(ConfigurationProblem) -> [String] {
        guard let directory = opendir(path) else {
            let error = Errno.last
            if error.number == ENOENT { return [] }
            throw ConfigurationFile.unreadable(path, error)
        }
        defer { closedir(directory) }
        var files: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            // The name is NUL-terminated, and lives until the next call.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name, name.hasSuffix(".toml"), !name.hasPrefix(".") else { continue }
            let file = path + "/" + name
            var status = stat()
            guard stat(file, &status) == 0 else { throw ConfigurationFile.unreadable(file, .last) }
            if status.st_mode & S_IFMT == S_IFREG { files.append(file) }
        }
        guard errno == 0 else { throw ConfigurationFile.unreadable(path, .last) }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
