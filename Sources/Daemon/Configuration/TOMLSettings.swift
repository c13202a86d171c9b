/// The settings of one configuration file.
///
/// The whole file is read, so that all errors are reported at once.
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
        for name in table.keys {
            guard let value = table[name] else { continue }
            let origin = SettingOrigin.file(path, line: table.line(of: name), key: name)
            if name == "listener" {
                readListeners(value, line: table.line(of: name))
            } else if let row = Configuration.settings.first(where: { $0.key == name }) {
                settings.values[name] = text(value, from: origin, as: row.forms)
            } else {
                report(unknown: name, at: origin, known: Configuration.settings.map(\.key) + ["listener"])
            }
        }
    }

    private mutating func readListeners(_ value: TOMLValue, line: Int) {
        guard case .array(let array) = value else {
            let reason = "must be [[listener]], with two brackets, not \(value.kind)"
            problems.append(ConfigurationProblem(.file(path, line: line, key: "listener"), reason))
            return
        }
        for (index, element) in array.values.enumerated() {
            let key = "listener[\(index + 1)]"
            guard case .table(let table) = element else {
                let reason = "must be a table, begun with [[listener]], not \(element.kind)"
                problems.append(ConfigurationProblem(.file(path, line: line, key: key), reason))
                continue
            }
            settings.listeners.append(readListener(table, at: key))
        }
    }

    private mutating func readListener(_ table: TOMLTable, at place: String) -> ListenerSettings {
        var listener = ListenerSettings(origin: .file(path, line: table.line, key: place))
        for name in table.keys {
            guard let value = table[name] else { continue }
            let origin = SettingOrigin.file(path, line: table.line(of: name), key: "\(place).\(name)")
            if let row = ListenerConfiguration.settings.first(where: { $0.key == name }) {
                let text = text(value, from: origin, as: row.forms)
                listener.values[name] = text
                if text == nil { listener.unreadable.insert(name) }
            } else if Configuration.settings.contains(where: { $0.key == name }) {
                let reason = "is not a key of a listener; move it up, before the first [[listener]]"
                problems.append(ConfigurationProblem(origin, reason))
            } else {
                report(unknown: name, at: origin, known: ListenerConfiguration.settings.map(\.key))
            }
        }
        return listener
    }

    /// The value as text, as for a flag; nil, with a problem, when it has the wrong type.
    private mutating func text(
        _ value: TOMLValue,
        from origin: SettingOrigin,
        as forms: ValueForms
    ) -> SettingText? {
        switch value {
        case .string(let text): return SettingText(text, from: origin)
        case .integer(let number) where forms.contains(.number): return SettingText("\(number)", from: origin)
        case .float(let number) where forms.contains(.number): return SettingText("\(number)", from: origin)
        case .boolean(let value) where forms.contains(.boolean): return SettingText("\(value)", from: origin)
        case .array(let array) where forms.contains(.list):
            if let text = Self.joined(array) { return SettingText(text, from: origin) }
        default: break
        }
        problems.append(ConfigurationProblem(origin, "must be \(forms.description), not \(value.kind)"))
        return nil
    }

    /// The strings of an array, with commas between; nil where one is something else.
    private static func joined(_ array: TOMLArray) -> String? {
        var texts: [String] = []
        for value in array.values {
            guard case .string(let text) = value else { return nil }
            texts.append(text)
        }
        return texts.joined(separator: ",")
    }

    private mutating func report(unknown name: String, at origin: SettingOrigin, known: [String]) {
        problems.append(ConfigurationProblem(origin, "unknown key; \(Suggestion.advice(for: name, in: known))"))
    }
}
