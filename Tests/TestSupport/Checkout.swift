package import Foundation

/// The files that the tests were built from.
package enum Checkout {
    package static let url = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file.
    ///
    /// - Parameter name: a path relative to the top.
    /// - Returns: the absolute path.
    package static func path(_ name: String) -> String {
        url.appending(path: name).path
    }

    /// Reads a file.
    ///
    /// - Parameter name: a path relative to the top.
    /// - Returns: its text.
    /// - Throws: why it cannot be read as UTF-8.
    package static func text(_ name: String) throws -> String {
        try String(contentsOf: url.appending(path: name), encoding: .utf8)
    }
}
