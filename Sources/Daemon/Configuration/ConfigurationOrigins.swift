/// Where the values of a configuration were written, by key; a value without a place is the default.
package struct ConfigurationOrigins: Sendable {
    var settings: [String: SettingOrigin] = [:]
    /// Of the listeners, in their order.
    var listeners: [[String: SettingOrigin]] = []

    package init() {}

    /// The place of a listener's value: that of the table, or of the setting that the listener takes it from.
    func place(of key: String, inListener index: Int) -> SettingOrigin? {
        guard listeners.indices.contains(index) else { return nil }
        return listeners[index][key] ?? settings[key]
    }
}
