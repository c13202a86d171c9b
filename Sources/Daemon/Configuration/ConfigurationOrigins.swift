/// The origins of a configuration's values, by key; a value without one is the default.
package struct ConfigurationOrigins: Sendable {
    var settings: [String: SettingOrigin] = [:]
    /// The origins of the listeners' values, in their order.
    var listeners: [[String: SettingOrigin]] = []

    package init() {}

    /// The origin of a listener's value: in its table, or of the setting that it inherits.
    func place(of key: String, inListener index: Int) -> SettingOrigin? {
        guard listeners.indices.contains(index) else { return nil }
        return listeners[index][key] ?? settings[key]
    }
}
