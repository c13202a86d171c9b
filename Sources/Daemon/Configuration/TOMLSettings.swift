/// Finds the settings in the TOML of a configuration file.
///
/// It walks the whole table rather than end at the first mistake, so that all are found at once.
package struct TOMLSettings {
    private let path: String
    package private(set) var settings = Settings()
    package private(set) var problems: [ConfigurationProblem] = []

    package init(_ text: String, path: String) {
        self.path = path
        do throws(TOMLError) {
            readTable(try TOMLParser.parse(text))
        } catch {
            let place = "\(path):\(error.line):\(error.column)"
            problems.append(ConfigurationProblem(.place(place), error.reason))
        }
    }

    private mutating func readTable(_ table: TOMLTable) {
        let known = Configuration.settings.map(\.key) + ["listener"]
        for name in table.keys {
            guard let value = table[name] else {
                problems.append(unknown(name, at: name, known: known))
                continue
            }
            if name == "listener" {
                readListeners(value)
            } else if let row = Configuration.settings.first(where: { $0.key == name }) {
                settings.values[name] = text(value, at: name, takesNumbers: row.takesNumbers)
            } else {
                problems.append(unknown(name, at: name, known: known))
            }
        }
    }

    private mutating func readListeners(_ value: TOMLValue) {
        guard case .array(let array) = value else {
            let reason = "must be [[listener]], with two brackets, not \(value.kind)"
            problems.append(ConfigurationProblem(.file(path, key: "listener"), reason))
            return
        }
        for (index, element) in array.values.enumerated() {
            let key = "listener[\(index + 1)]"
            guard case .table(let table) = element else {
                let reason = "must be a table, begun with [[listener]], not \(element.kind)"
                problems.append(ConfigurationProblem(.file(path, key: key), reason))
                continue
            }
            settings.listeners.append(readListener(table, at: key))
        }
    }

    private mutating func readListener(_ table: TOMLTable, at place: String) -> ListenerSettings {
        var listener = ListenerSettings(origin: .file(path, key: place))
        for name in table.keys {
            let place = "\(place).\(name)"
            if let row = ListenerConfiguration.settings.first(where: { $0.key == name }), let value = table[name] {
                let text = text(value, at: place, takesNumbers: row.takesNumbers)
                listener.values[name] = text
                if text == nil { listener.unreadable.insert(name) }
            } else if Configuration.settings.contains(where: { $0.key == name }) {
                let reason = "is no key of a listener; move it up, before the first [[listener]]"
                problems.append(ConfigurationProblem(.file(path, key: place), reason))
            } else {
                problems.append(unknown(name, at: place, known: ListenerConfiguration.settings.map(\.key)))
            }
        }
        return listener
    }

    /// The value as text, whatever it was written as; nil and a problem when it has the wrong type.
    private mutating func text(
        _ value: TOMLValue,
        at place: String,
        takesNumbers: Bool
    ) -> SettingText? {
        let origin = SettingOrigin.file(path, key: place)
        switch value {
        case .string(let text): return SettingText(text, from: origin)
        case .integer(let number) where takesNumbers: return SettingText("\(number)", from: origin)
        case .float(let number) where takesNumbers: return SettingText("\(number)", from: origin)
        default: break
        }
        let wanted = takesNumbers ? "a string or a number" : "a string, in quotes"
        problems.append(ConfigurationProblem(origin, "must be \(wanted), not \(value.kind)"))
        return nil
    }

    private func unknown(_ name: String, at place: String, known: [String]) -> ConfigurationProblem {
        ConfigurationProblem(.file(path, key: place), "unknown key; \(Suggestion.advice(for: name, in: known))")
    }
}
