/// What one source says, flags or a file: any of the settings as they were written, and where.
///
/// Values stay text until `ConfigurationBuilder` reads them, so that flags and files are read by the same rules and
/// mistakes in both get the same message.
package struct Settings: Sendable, Equatable {
    package var values: [SettingKey: Setting] = [:]
    package var listeners: [ListenerSettings] = []

    package init() {}

    /// Sets a value that a flag gave; nil when it was not given.
    package mutating func setFlag(_ key: SettingKey, _ text: String?) {
        values[key] = text.map { Setting($0, from: .flag(key.flag)) }
    }
}

/// One value as it was written.
package struct Setting: Sendable, Equatable {
    package var text: String
    package var origin: SettingOrigin

    package init(_ text: String, from origin: SettingOrigin) {
        self.text = text
        self.origin = origin
    }
}

/// One `[[listener]]` table, or one `--listen`.
package struct ListenerSettings: Sendable, Equatable {
    package var origin: SettingOrigin
    package var values: [ListenerKey: Setting] = [:]
    /// Keys that are there with a value of the wrong type, which has been told of: they are not missing.
    package var unreadable: Set<ListenerKey> = []

    /// Whether it is a `--listen`, which gives no name.
    var isFlag: Bool {
        if case .flag = origin { true } else { false }
    }

    package init(origin: SettingOrigin) {
        self.origin = origin
    }

    /// Reads what follows `--listen`: `PROTOCOL@ADDRESS`.
    package init(flag text: String) throws(ConfigurationProblem) {
        origin = .flag("--listen")
        guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else {
            let reason = "\"\(text)\" is not PROTOCOL@ADDRESS; write it like hello@tcp:127.0.0.1:12345"
            throw ConfigurationProblem(origin, reason)
        }
        values[.protocolName] = Setting(String(text[..<at]), from: origin)
        values[.address] = Setting(String(text[text.utf8.index(after: at)...]), from: origin)
    }
}

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
