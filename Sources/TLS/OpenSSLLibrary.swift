import COpenSSL

/// OpenSSL's shared library: it is loaded with the first context, since it takes 1.6 MB of memory.
enum OpenSSLLibrary {
    /// Why it cannot be used, in dlerror(3)'s words; nil: it is loaded.
    private static let fault: String? = copenssl_load().map { String(cString: $0) }

    /// Loads the library, once; to be called before its functions.
    ///
    /// - Throws: why it cannot be loaded.
    static func load() throws(TLSError) {
        guard let fault else { return }
        let advice = "install the package with this library, such as Debian's libssl3 or libssl3t64"
        throw TLSError("cannot load OpenSSL", nil, fault, advice: advice)
    }
}
