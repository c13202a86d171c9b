/// One key of the configuration: how it is parsed and printed, and when a change takes effect.
///
/// Everything else follows from the rows of `Configuration.settings` and `ListenerConfiguration.settings`: the known
/// keys, their flags, `--check-config`, and the report of a reload.
package struct Setting<Root>: Sendable {
    /// When a changed value takes effect.
    package enum Effect: Sendable {
        case onReload
        case onRestart
    }

    /// The name in a file.
    package let key: String
    package let takesEffect: Effect
    /// The types of a file's value besides a string.
    let forms: ValueForms
    /// Parses the text of a flag or of a file's value.
    let read: @Sendable (String, inout Root) throws(ValueError) -> Void
    /// The value in the form that `read` parses; empty when there is none.
    package let text: @Sendable (Root) -> String
    /// Whether there is a value without exceptions.
    let isGiven: @Sendable (Root) -> Bool
    /// The note that `--check-config` adds to a value that is not given.
    let note: String?

    /// A setting that always has a value.
    init<Value>(
        _ key: String,
        _ path: any WritableKeyPath<Root, Value> & Sendable,
        forms: ValueForms = [],
        _ takesEffect: Effect,
        parse: @escaping @Sendable (String) throws(ValueError) -> Value,
        text: @escaping @Sendable (Value) -> String,
        isGiven: @escaping @Sendable (Root) -> Bool = { _ in true },
        note: String? = nil
    ) {
        self.key = key
        self.forms = forms
        self.takesEffect = takesEffect
        self.read = { source, root throws(ValueError) in root[keyPath: path] = try parse(source) }
        self.text = { text($0[keyPath: path]) }
        self.isGiven = isGiven
        self.note = note
    }

    /// A setting without a default.
    init<Value>(
        _ key: String,
        optional path: any WritableKeyPath<Root, Value?> & Sendable,
        forms: ValueForms = [],
        _ takesEffect: Effect,
        parse: @escaping @Sendable (String) throws(ValueError) -> Value,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            key,
            path,
            forms: forms,
            takesEffect,
            parse: { source throws(ValueError) in try parse(source) },
            text: { $0.map(text) ?? "" },
            isGiven: { $0[keyPath: path] != nil }
        )
    }

    /// The corresponding flag, such as `--log-backend` for `log_backend`.
    package var flag: String {
        "--" + String(key.map { $0 == "_" ? "-" : $0 })
    }

    /// Whether two configurations differ in this setting.
    func differs(_ first: Root, _ second: Root) -> Bool {
        text(first) != text(second) || isGiven(first) != isGiven(second)
    }
}

extension Setting {
    /// A switch, `true` or `false`.
    static func flag(
        _ key: String,
        _ path: any WritableKeyPath<Root, Bool> & Sendable,
        _ takesEffect: Effect
    ) -> Setting {
        Setting(
            key,
            path,
            forms: .boolean,
            takesEffect,
            parse: { text throws(ValueError) in
                try SettingParser.choice(text, "switch", [("true", true), ("false", false)])
            },
            text: { "\($0)" },
            isGiven: { $0[keyPath: path] }
        )
    }

    /// A choice from a list of words.
    static func choice<Value: Sendable>(
        _ key: String,
        _ path: any WritableKeyPath<Root, Value> & Sendable,
        _ kind: String,
        _ known: [Value],
        _ name: @escaping @Sendable (Value) -> String,
        _ takesEffect: Effect
    ) -> Setting {
        let words = known.map { (name($0), $0) }
        return Setting(
            key,
            path,
            takesEffect,
            parse: { text throws(ValueError) in try SettingParser.choice(text, kind, words) },
            text: name
        )
    }

    /// A choice from a list of words, without a default.
    static func choice<Value: Sendable>(
        _ key: String,
        optional path: any WritableKeyPath<Root, Value?> & Sendable,
        _ kind: String,
        _ known: [Value],
        _ name: @escaping @Sendable (Value) -> String,
        _ takesEffect: Effect
    ) -> Setting {
        let words = known.map { (name($0), $0) }
        return Setting(
            key,
            optional: path,
            takesEffect,
            parse: { text throws(ValueError) in try SettingParser.choice(text, kind, words) },
            text: name
        )
    }

    /// A time span; a plain number counts seconds.
    static func time(
        _ key: String,
        _ path: any WritableKeyPath<Root, Duration?> & Sendable,
        _ takesEffect: Effect,
        parse: @escaping @Sendable (String) throws(ValueError) -> Duration? = SettingParser.idleTimeout,
        isGiven: @escaping @Sendable (Root) -> Bool = { _ in true },
        note: String? = nil
    ) -> Setting {
        Setting(
            key,
            path,
            forms: .number,
            takesEffect,
            parse: parse,
            text: TimeSpan.text,
            isGiven: isGiven,
            note: note
        )
    }

    /// A number of bytes, with a suffix or without one.
    static func size(
        _ key: String,
        _ path: any WritableKeyPath<Root, Int> & Sendable,
        in range: ClosedRange<Int>,
        _ takesEffect: Effect
    ) -> Setting {
        integer(key, path, in: range, takesEffect, SettingParser.size, text: ByteSize.text)
    }

    /// A number of bytes without a default.
    static func size(
        _ key: String,
        optional path: any WritableKeyPath<Root, Int?> & Sendable,
        in range: ClosedRange<Int>,
        _ takesEffect: Effect
    ) -> Setting {
        Setting(
            key,
            optional: path,
            forms: .number,
            takesEffect,
            parse: { text throws(ValueError) in try SettingParser.size(text, in: range) },
            text: ByteSize.text
        )
    }

    /// An integer without a default.
    static func number(
        _ key: String,
        optional path: any WritableKeyPath<Root, Int?> & Sendable,
        in range: ClosedRange<Int>,
        _ takesEffect: Effect
    ) -> Setting {
        Setting(
            key,
            optional: path,
            forms: .number,
            takesEffect,
            parse: { text throws(ValueError) in try SettingParser.number(text, in: range) },
            text: { String($0) }
        )
    }

    /// An integer.
    static func number(
        _ key: String,
        _ path: any WritableKeyPath<Root, Int> & Sendable,
        in range: ClosedRange<Int>,
        _ takesEffect: Effect
    ) -> Setting {
        integer(key, path, in: range, takesEffect, SettingParser.number) { String($0) }
    }

    private static func integer(
        _ key: String,
        _ path: any WritableKeyPath<Root, Int> & Sendable,
        in range: ClosedRange<Int>,
        _ takesEffect: Effect,
        _ parse: @escaping @Sendable (String, ClosedRange<Int>) throws(ValueError) -> Int,
        text: @escaping @Sendable (Int) -> String
    ) -> Setting {
        Setting(
            key,
            path,
            forms: .number,
            takesEffect,
            parse: { source throws(ValueError) in try parse(source, range) },
            text: text
        )
    }
}
