/// The settings of one source, flags or a file, as text with their origins.
///
/// `ConfigurationBuilder` parses the text, so that the same rules and messages apply to flags and files.
package struct Settings: Sendable, Equatable {
    package var values: [String: SettingText] = [:]
    package var listeners: [ListenerSettings] = []

    package init() {}

    /// Adds a later source: its values replace earlier ones, and its listeners are appended.
    mutating func add(_ later: Settings) {
        values.merge(later.values) { _, new in new }
        listeners += later.listeners
    }

    /// Sets the value of a flag; nil when it was not given.
    package mutating func setFlag(_ setting: Setting<Configuration>, _ text: String?) {
        values[setting.key] = text.map { SettingText($0, from: .flag(setting.flag)) }
    }
}

/// The text of one value.
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
    /// Keys with a value of the wrong type, which is reported already; they are not missing.
    package var unreadable: Set<String> = []

    /// Whether it is a `--listen`, which has no name.
    var isFlag: Bool {
        if case .flag = origin { true } else { false }
    }

    /// Whether an address is given, valid or not.
    var hasAddress: Bool { has(ListenerConfiguration.addressKey) }

    func has(_ key: String) -> Bool {
        values[key] != nil || unreadable.contains(key)
    }

    package init(origin: SettingOrigin) {
        self.origin = origin
    }

    /// Parses the value of `--listen`: `PROTOCOL@ADDRESS`.
    ///
    /// - Throws: when the text does not have this form.
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
