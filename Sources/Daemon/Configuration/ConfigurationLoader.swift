/// Merges flags, configuration files and defaults.
///
/// It keeps the flags, so that a reload can load the files again.
package struct ConfigurationLoader: Sendable {
    /// The file that is read, if it exists, without `--config`.
    package static let defaultPath = "/etc/sockserved/sockserved.toml"

    private let flags: Settings
    private let listen: [String]
    private let path: String?
    private let defaultPath: String

    /// Makes a loader.
    ///
    /// - Parameters:
    ///   - flags: the values of flags other than `--listen` and `--config`.
    ///   - listen: the value of each `--listen`.
    ///   - path: the value of `--config`, a file that must exist; nil: the default file, which need not exist.
    ///   - defaultPath: the default file.
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

    /// Loads the configuration: flags take precedence over files, later files over earlier ones, and files over
    /// defaults.
    ///
    /// - Throws: all errors in flags and files.
    package func load() throws(ConfigurationError) -> Configuration {
        try build().configuration
    }

    /// Returns the output of `--check-config`: the configuration as TOML, with the origin of each value.
    ///
    /// - Throws: all errors in flags and files.
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

    /// The settings of the file, if it exists, and then of the files in the directory with its name and `.d`.
    private func files() throws(ConfigurationProblem) -> [TOMLSettings] {
        let main = path ?? defaultPath
        var files: [TOMLSettings] = []
        if let text = try ConfigurationFile.read(main) {
            files.append(TOMLSettings(text, path: main))
        } else if path != nil {
            throw ConfigurationProblem(.place(main), "there is no such file; create it, or leave out --config")
        }
        for path in try ConfigurationDirectory.files(in: main + ".d") {
            // A file that was removed since the directory was read is skipped.
            guard let text = try ConfigurationFile.read(path) else { continue }
            files.append(TOMLSettings(text, path: path))
        }
        return files
    }
}
