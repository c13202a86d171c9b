import Foundation
import TestSupport
import Testing

/// The Debian package of this checkout, as `make deb` builds it from the release's program.
struct DebianPackage {
    let path: String

    /// Builds the package.
    ///
    /// - Parameters:
    ///   - version: nil: the release's.
    ///   - directory: where it is built.
    /// - Throws: the output of a failed build.
    init(version: String? = nil, in directory: String) throws {
        let version = version.map { ["VERSION=\($0)"] } ?? []
        // Compressing is most of the work, and tests nothing.
        let result = try RunningCommand(
            [
                "env", "DPKG_DEB_COMPRESSOR_TYPE=none", "make", "--no-print-directory", "-C", Checkout.url.path, "deb",
                "LINTIAN=true", "DEBDIR=\(directory)", "BINARY=\(Self.binary)",
            ] + version
        ).finish()
        guard result.status == 0 else { throw CommandFailure(result: result) }
        path = try #require(result.lines.last { $0.hasSuffix(".deb") })
    }

    private static let binary = Checkout.path(".build/release/sockserved")

    /// Why it cannot be built here; nil when it can.
    static let obstacle: String? = {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/dh") else {
            return "debhelper is not installed (make deps-deb)"
        }
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            return "there is no release build (make build)"
        }
        return nil
    }()
}
