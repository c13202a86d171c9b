import SocketServer

extension Configuration {
    /// What `--check-config` prints, as TOML: a file of this content means the same.
    ///
    /// Without a listener that has an address, what is opened when systemd passes no socket in comes as a comment.
    package var report: String {
        var lines = Self.settings.compactMap { $0.line(self) }
        for listener in listeners {
            lines += ["", "[[listener]]"] + ListenerConfiguration.settings.compactMap { $0.line(listener) }
        }
        if !listeners.contains(where: { $0.address != nil }) {
            let standard = ListenerConfiguration.standard(limits: limits)
            let text = "\(standard.protocolName)@\(standard.address.map { "\($0)" } ?? "")"
            lines += ["", "# Without sockets from systemd: \(text)"]
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension Setting {
    /// `key = value`; a comment where the value is not given and has a note, nil where there is none.
    fileprivate func line(_ root: Root) -> String? {
        let line = "\(key) = \(value(root))"
        if isGiven(root) { return line }
        return note.map { "# \(line), \($0)" }
    }

    /// A number, or a basic string of TOML.
    private func value(_ root: Root) -> String {
        let text = text(root)
        let isNumber = takesNumbers && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if isNumber { return text }
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
