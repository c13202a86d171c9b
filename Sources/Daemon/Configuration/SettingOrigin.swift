/// Where a value was written.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    /// On the command line, such as `--log-level`.
    case flag(String)
    /// In a file, under a key such as `listener[2].protocol`; tables of an array are counted from 1.
    case file(String, key: String)
    /// A file as a whole, or a place in it.
    case place(String)
    /// What systemd handed over.
    case systemd

    /// The place, for a message that names the file already.
    var shortDescription: String {
        if case .file(_, let key) = self { key } else { description }
    }

    package var description: String {
        switch self {
        case .flag(let flag): flag
        case .file(let path, let key): "\(path): \(key)"
        case .place(let place): place
        case .systemd: "systemd"
        }
    }
}
