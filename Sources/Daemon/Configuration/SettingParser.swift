import LogBackends
import LogRecords
import SocketServer
import TLS

/// Parses the values of settings, by the same rules for flags and files.
enum SettingParser {
    static let messageLimits = 1 << 10...64 << 20
    static let connectionCounts = 1...1_000_000
    static let messageRates = 1...1_000_000_000
    static let byteRates = 1 << 10...1 << 40

    /// Parses a choice from a list of words.
    static func choice<Value>(
        _ text: String,
        _ kind: String,
        _ known: [(name: String, value: Value)]
    ) throws(ValueError) -> Value {
        guard let found = known.first(where: { $0.name == text }) else {
            let advice = Suggestion.advice(for: text, in: known.map(\.name))
            throw ValueError("unknown \(kind) \"\(text)\"; \(advice)")
        }
        return found.value
    }

    /// Parses a level by any of its usual names.
    static func level(_ text: String) throws(ValueError) -> Severity {
        if let severity = Severity(anyName: text) { return severity }
        return try choice(text, "level", Severity.allCases.reversed().map { ($0.name, $0) })
    }

    /// Parses an idle timeout; nil for 0 and infinity, which disable it.
    static func idleTimeout(_ text: String) throws(ValueError) -> Duration? {
        let span = try TimeSpan.parse(text)
        return span == .zero ? nil : span
    }

    static func address(_ text: String) throws(ValueError) -> ListenAddress {
        do throws(ListenAddressError) {
            return try ListenAddress(text)
        } catch {
            throw ValueError(error.description)
        }
    }

    /// Parses the address of a Unix stream socket.
    ///
    /// - Returns: its path.
    static func unixPath(_ text: String) throws(ValueError) -> String {
        guard case .unix(let path) = try address(text) else {
            throw ValueError("\"\(text)\" is not a Unix stream socket; write it like unix:/run/NAME.sock")
        }
        return path
    }

    /// Parses the permissions of a file, in octal.
    static func mode(_ text: String) throws(ValueError) -> UInt32 {
        let isOctal = (3...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x37).contains($0) }
        guard isOctal, let mode = UInt32(text, radix: 8), mode <= 0o777 else {
            throw ValueError("\"\(text)\" is not a mode; write three octal digits, like \"0660\"")
        }
        return mode
    }

    static func text(mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    /// Parses a listener's name by the rules of `FileDescriptorName=`; see systemd.socket(5).
    static func listenerName(_ text: String) throws(ValueError) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: ":") }
        guard !text.isEmpty, text.utf8.count <= 255, isPlain else {
            throw ValueError(
                "\"\(text)\" is not a valid name; write 1 to 255 ASCII characters other than \":\" and controls"
            )
        }
        return text
    }

    static func drainTimeout(_ text: String) throws(ValueError) -> Duration {
        guard let span = try TimeSpan.parse(text) else {
            throw ValueError("cannot be infinity: the daemon must come to an end; write it like 5s or 1min")
        }
        return span
    }

    static func exitIdleTime(_ text: String) throws(ValueError) -> Duration? {
        let span = try TimeSpan.parse(text)
        guard span != .zero else {
            throw ValueError("cannot be 0: the daemon would end at once; write it like 30s, or infinity for never")
        }
        return span
    }

    static func size(_ text: String, in range: ClosedRange<Int>) throws(ValueError) -> Int {
        let size = try ByteSize.parse(text)
        guard range.contains(size) else {
            let (low, high) = (ByteSize.text(range.lowerBound), ByteSize.text(range.upperBound))
            throw ValueError("\"\(text)\" is not from \(low) to \(high); write it like 16M")
        }
        return size
    }

    static func number(
        _ text: String,
        in range: ClosedRange<Int>
    ) throws(ValueError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw ValueError(
                "\"\(text)\" is not an integer from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    static func clientMode(_ text: String) throws(ValueError) -> TLSOptions.ClientMode {
        try choice(text, "mode", TLSOptions.ClientMode.allCases.map { ($0.rawValue, $0) })
    }

    /// Parses names and fingerprints of clients, with commas between.
    static func allowedClients(_ text: String) throws(ValueError) -> [AllowedClient] {
        var clients: [AllowedClient] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.drop { $0 == " " }
            guard let client = AllowedClient(String(name)) else {
                throw ValueError(
                    "\"\(name)\" is neither a name, like web1.example.com or *.example.com, nor SHA256: and 64 hexadecimal digits"
                )
            }
            clients.append(client)
        }
        return clients
    }

    static func fileName(_ text: String) throws(ValueError) -> String {
        // U+FFFD replaces invalid UTF-8 in a flag, and would name another file.
        let isWhole = !text.unicodeScalars.contains("\u{fffd}") && !text.utf8.contains(0)
        guard isWhole, !text.isEmpty, text.utf8.last != UInt8(ascii: "/") else {
            throw ValueError("\"\(text)\" is not a file name; write it like /var/log/sockserved/server.log")
        }
        return text
    }

    static func identifier(_ text: String) throws(ValueError) -> IdentifierFormat {
        do throws(LineTemplateError) {
            return try IdentifierFormat(text)
        } catch {
            throw ValueError((error.position.map { "character \($0): " } ?? "") + error.reason)
        }
    }

    static func lineFormat(_ text: String) throws(ValueError) -> LineFormat {
        do throws(LineTemplateError) {
            return try LineFormat(text)
        } catch {
            throw ValueError((error.position.map { "character \($0): " } ?? "") + error.reason)
        }
    }
}
