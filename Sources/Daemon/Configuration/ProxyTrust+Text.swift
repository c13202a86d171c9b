import SocketServer

extension ProxyTrust {
    private static let unixWord = "unix"

    /// Parses prefixes of addresses and the word `unix`, with blanks between.
    init(_ text: String) throws(ValueError) {
        var trustsUnix = false
        var prefixes: [AddressPrefix] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init) {
            if word == Self.unixWord {
                trustsUnix = true
            } else if let prefix = AddressPrefix(word) {
                prefixes.append(prefix)
            } else {
                throw ValueError("\"\(word)\" is no prefix of addresses; write it like 10.0.0.0/8, 2001:db8::1 or unix")
            }
        }
        guard trustsUnix || !prefixes.isEmpty else {
            throw ValueError("names no proxy; write addresses like \"192.0.2.1 10.0.0.0/8 unix\"")
        }
        self.init(trustsUnix: trustsUnix, prefixes: prefixes)
    }

    /// The text that is parsed to it.
    var text: String { (prefixes.map(\.text) + (trustsUnix ? [Self.unixWord] : [])).joined(separator: " ") }
}
