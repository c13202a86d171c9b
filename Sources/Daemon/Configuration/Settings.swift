/// The settings that one source gives, flags or a file: each as it was written, and where.
///
/// Values stay text until `ConfigurationBuilder` reads them, so that flags and files are read by the same rules and
/// mistakes in both get the same message.
package struct Settings: Sendable, Equatable {
    package var values: [String: SettingText] = [:]
    package var listeners: [ListenerSettings] = []

    package init() {}

    /// Adds those of a later source: its values replace earlier ones, its listeners are further ones.
    mutating func add(_ later: Settings) {
        values.merge(later.values) { _, new in new }
        listeners += later.listeners
    }

    /// Sets a value that a flag gave; nil when it was not given.
    package mutating func setFlag(_ setting: Setting<Configuration>, _ text: String?) {
        values[setting.key] = text.map { SettingText($0, from: .flag(setting.flag)) }
    }
}

/// One value as it was written.
package struct SettingText: Sendable, Equatable {
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
    package var values: [String: SettingText] = [:]
    /// Keys that are there with a value of the wrong type, which has been told of: they are not missing.
    package var unreadable: Set<String> = []

    /// Whether it is a `--listen`, which gives no name.
    var isFlag: Bool {
        if case .flag = origin { true } else { false }
    }

    /// Whether an address is given, be it a wrong one.
    var hasAddress: Bool { has(ListenerConfiguration.addressKey) }

    func has(_ key: String) -> Bool {
        values[key] != nil || unreadable.contains(key)
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
        values[ListenerConfiguration.protocolKey] = SettingText(String(text[..<at]), from: origin)
        values[ListenerConfiguration.addressKey] = SettingText(
            String(text[text.utf8.index(after: at)...]),
            from: origin
        )
    }
}
