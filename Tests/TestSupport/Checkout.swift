package import Foundation

/// The files that the tests were built from.
package enum Checkout {
    package static let url = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter name: a path relative to the top.
    package static func path(_ name: String) -> String {
        url.appending(path: name).path
    }

    /// A file's text.
    ///
    /// - Parameter name: a path relative to the top.
    package static func text(_ name: String) throws -> String {
        try String(contentsOf: url.appending(path: name), encoding: .utf8)
    }
}
