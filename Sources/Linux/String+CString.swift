extension String {
    /// The text of a C buffer up to its NUL; invalid UTF-8 becomes U+FFFD.
    package init(cCharacters: [CChar]) {
        self.init(decoding: cCharacters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
