/// Merges flags, the configuration file and the defaults.
///
/// It keeps the flags and can be asked again when the file may have changed.
package struct ConfigurationLoader: Sendable {
    /// Read when no file is named, and there is one.
    package static let defaultPath = "/etc/sockserved/sockserved.toml"

    private let flags: Settings
    private let listen: [String]
    private let path: String?
    private let defaultPath: String

    /// - Parameters:
    ///   - flags: what flags other than `--listen` and `--config` said.
    ///   - listen: the value of each `--listen`.
    ///   - path: the value of `--config`, a file that must exist; nil: the default one, which need not.
    package init(
        flags: Settings = Settings(),
        listen: [String] = [],
        path: String? = nil,
        defaultPath: String = Self.defaultPath
    ) {
        self.flags = flags
        self.listen = listen
        self.path = path
        self.defaultPath = defaultPath
    }

    /// Reads the file and merges it: flags take precedence over the file, and the file over defaults.
    ///
    /// - Throws: everything that is wrong in flags and file, not only what was found first.
    package func load() throws(ConfigurationError) -> Configuration {
        var problems: [ConfigurationProblem] = []
        var settings = Settings()
        do throws(ConfigurationProblem) {
            settings = try readFile(&problems)
        } catch {
            problems.append(error)
        }
        settings.values.merge(flags.values) { _, flag in flag }
        var listeners: [ListenerSettings] = []
        for text in listen {
            do throws(ConfigurationProblem) {
                listeners.append(try ListenerSettings(flag: text))
            } catch {
                problems.append(error)
            }
        }
        if !listen.isEmpty {
            settings.listeners.removeAll { $0.hasAddress }
        }
        settings.listeners += listeners
        let builder = ConfigurationBuilder(settings)
        problems += builder.problems
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return builder.configuration
    }

    private func readFile(_ problems: inout [ConfigurationProblem]) throws(ConfigurationProblem) -> Settings {
        guard let text = try ConfigurationFile.read(path ?? defaultPath) else {
            guard let path else { return Settings() }
            throw ConfigurationProblem(.place(path), "there is no such file; create it, or leave out --config")
        }
        let reader = TOMLSettings(text, path: path ?? defaultPath)
        problems += reader.problems
        return reader.settings
    }
}
