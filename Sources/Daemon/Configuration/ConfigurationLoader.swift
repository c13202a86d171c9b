/// Merges flags, the configuration file and the defaults.
///
/// It keeps the flags and can be asked again when the files may have changed.
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

    /// Reads the files and merges them: flags take precedence over files, later files over earlier ones, and files
    /// over defaults.
    ///
    /// - Throws: everything that is wrong in flags and files, not only what was found first.
    package func load() throws(ConfigurationError) -> Configuration {
        try build().configuration
    }

    /// What `--check-config` prints: the configuration as TOML, with the place that each value comes from.
    ///
    /// - Throws: as `load`.
    package func report() throws(ConfigurationError) -> String {
        let builder = try build()
        return ConfigurationReport(builder.configuration, from: builder.origins).text
    }

    private func build() throws(ConfigurationError) -> ConfigurationBuilder {
        var problems: [ConfigurationProblem] = []
        var settings = Settings()
        do throws(ConfigurationProblem) {
            for file in try files() {
                settings.add(file.settings)
                problems += file.problems
            }
        } catch {
            problems.append(error)
        }
        if !listen.isEmpty { settings.listeners.removeAll(where: \.hasAddress) }
        settings.add(flags)
        for text in listen {
            do throws(ConfigurationProblem) {
                settings.listeners.append(try ListenerSettings(flag: text))
            } catch {
                problems.append(error)
            }
        }
        let builder = ConfigurationBuilder(settings)
        problems += builder.problems
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return builder
    }

    /// The file, where it is there, and then those of the directory of its name with `.d` added.
    private func files() throws(ConfigurationProblem) -> [TOMLSettings] {
        let main = path ?? defaultPath
        var files: [TOMLSettings] = []
        if let text = try ConfigurationFile.read(main) {
            files.append(TOMLSettings(text, path: main))
        } else if path != nil {
            throw ConfigurationProblem(.place(main), "there is no such file; create it, or leave out --config")
        }
        for path in try ConfigurationDirectory.files(in: main + ".d") {
            // One that was removed since the directory was read is none.
            guard let text = try ConfigurationFile.read(path) else { continue }
            files.append(TOMLSettings(text, path: path))
        }
        return files
    }
}
