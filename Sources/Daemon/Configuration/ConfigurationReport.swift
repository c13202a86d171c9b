import LogRecords

/// Prints a configuration as TOML that has the same meaning.
///
/// Each value has a comment with its file and line, or its flag, if known. Without a listener that has an address, a
/// comment shows the default one, which the daemon opens when systemd passes no socket in.
package struct ConfigurationReport {
    private let configuration: Configuration
    private let origins: ConfigurationOrigins?

    package init(_ configuration: Configuration, from origins: ConfigurationOrigins? = nil) {
        self.configuration = configuration
        self.origins = origins
    }

    package var text: String {
        var lines: [String] = []
        for setting in Configuration.settings {
            guard let line = setting.line(configuration) else { continue }
            lines.append(commented(line, origins?.settings[setting.key]))
        }
        for (index, listener) in configuration.listeners.enumerated() {
            lines += ["", "[[listener]]"]
            for setting in ListenerConfiguration.settings {
                guard let line = setting.line(listener) else { continue }
                lines.append(commented(line, origins?.place(of: setting.key, inListener: index)))
            }
        }
        if !configuration.listeners.contains(where: { $0.address != nil }) {
            let standard = ListenerConfiguration.standard(limits: configuration.limits)
            let text = "\(standard.protocolName)@\(standard.address.map { "\($0)" } ?? "")"
            lines += ["", "# Without sockets from systemd: \(text)"]
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func commented(_ line: String, _ origin: SettingOrigin?) -> String {
        guard origins != nil, !line.hasPrefix("#") else { return line }
        var comment: [UInt8] = []
        comment.append(escaping: origin?.source ?? "default")
        return line + "  # " + String(decoding: comment, as: UTF8.self)
    }
}

extension Setting {
    /// `key = value`; for a value that is not given, a comment with its note, or nil.
    fileprivate func line(_ root: Root) -> String? {
        let line = "\(key) = \(value(root))"
        if isGiven(root) { return line }
        return note.map { "# \(line), \($0)" }
    }

    /// A number, a switch, or a basic string of TOML.
    private func value(_ root: Root) -> String {
        let text = text(root)
        let isNumber = forms.contains(.number) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if isNumber || forms.contains(.boolean) { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result += "\\\(scalar)"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
