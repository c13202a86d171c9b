/// The place of a value: a flag or a file.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    /// On the command line, such as `--log-level`.
    case flag(String)
    /// In a line of a file, under a key such as `listener[2].protocol`; lines and tables of an array count from 1.
    case file(String, line: Int, key: String)
    /// A file as a whole, or a place in it.
    case place(String)
    /// The sockets that systemd passed in.
    case systemd

    package var description: String {
        switch self {
        case .file(_, _, let key): "\(source): \(key)"
        case .flag, .place, .systemd: source
        }
    }

    /// The file and the line, or the flag.
    var source: String {
        switch self {
        case .flag(let flag): flag
        case .file(let path, let line, _): "\(path):\(line)"
        case .place(let place): place
        case .systemd: "systemd"
        }
    }

    /// The place, for a message about another place: without the file if it is the same.
    func described(from other: SettingOrigin) -> String {
        guard case .file(let path, let line, let key) = self else { return source }
        if case .file(path, _, _) = other { return "\(key) in line \(line)" }
        return "\(key) in \(source)"
    }
}
