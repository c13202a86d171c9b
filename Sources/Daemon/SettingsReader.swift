import TOMLKit

/// Reads the TOML of a configuration file; the only place that knows the TOML library.
///
/// It walks the table itself rather than decode it, so that all mistakes are found at once.
struct SettingsReader {
    private let path: String
    private(set) var settings = Settings()
    private(set) var problems: [ConfigurationProblem] = []

    init(_ text: String, path: String) {
        self.path = path
        // The library hands strings on up to their first NUL, so that what follows would be lost without a word.
        guard !text.utf8.contains(0), !text.contains("\\u0000"), !text.contains("\\U00000000") else {
            problems.append(ConfigurationProblem(.place(path), "has a NUL character, which no value can have"))
            return
        }
        do {
            try readTable(TOMLTable(string: text))
        } catch let error as TOMLParseError {
            let place = "\(path):\(error.source.begin.line):\(error.source.begin.column)"
            problems.append(ConfigurationProblem(.place(place), error.description))
        } catch {
            problems.append(ConfigurationProblem(.place(path), "is no TOML: \(error)"))
        }
    }

    private mutating func readTable(_ table: TOMLTable) {
        let known = SettingKey.allCases.map(\.rawValue) + ["listener"]
        for name in table.keys {
            guard let value = table[name] else {
                problems.append(unknown(name, at: name, known: known))
                continue
            }
            if name == "listener" {
                readListeners(value)
            } else if let key = SettingKey(rawValue: name) {
                settings.values[key] = setting(value, at: name, takesNumbers: key.takesNumbers)
            } else {
                problems.append(unknown(name, at: name, known: known))
            }
        }
    }

    private mutating func readListeners(_ value: any TOMLValueConvertible) {
        guard let array = value.array else {
            let reason = "must be [[listener]], with two brackets, not \(Self.kind(of: value))"
            problems.append(ConfigurationProblem(.file(path, key: "listener"), reason))
            return
        }
        for (index, element) in array.enumerated() {
            let key = "listener[\(index + 1)]"
            guard let table = element.table else {
                let reason = "must be a table, begun with [[listener]], not \(Self.kind(of: element))"
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
            if let key = ListenerKey(rawValue: name), let value = table[name] {
                let setting = setting(value, at: place, takesNumbers: key.takesNumbers)
                listener.values[key] = setting
                if setting == nil { listener.unreadable.insert(key) }
            } else {
                problems.append(unknown(name, at: place, known: ListenerKey.allCases.map(\.rawValue)))
            }
        }
        return listener
    }

    /// The value as text, whatever it was written as; nil and a problem when it has the wrong type.
    private mutating func setting(
        _ value: any TOMLValueConvertible,
        at place: String,
        takesNumbers: Bool
    ) -> Setting? {
        let origin = SettingOrigin.file(path, key: place)
        let number = takesNumbers ? value.int.map { "\($0)" } ?? value.double.map { "\($0)" } : nil
        if let text = value.string ?? number { return Setting(text, from: origin) }
        let wanted = takesNumbers ? "a string or a number" : "a string, in quotes"
        problems.append(ConfigurationProblem(origin, "must be \(wanted), not \(Self.kind(of: value))"))
        return nil
    }

    private func unknown(_ name: String, at place: String, known: [String]) -> ConfigurationProblem {
        ConfigurationProblem(.file(path, key: place), "unknown key; \(Spelling.advice(for: name, in: known))")
    }

    private static func kind(of value: any TOMLValueConvertible) -> String {
        switch value.type {
        case .table: "a table"
        case .array: "an array"
        case .string: "a string"
        case .int: "an integer"
        case .double: "a floating-point number"
        case .bool: "a boolean"
        case .date: "a date"
        case .time: "a time"
        case .dateTime: "a date and time"
        }
    }
}
