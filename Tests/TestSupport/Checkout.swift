public import Foundation

/// The files that the tests were built from.
public enum Checkout {
    public static let url = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter name: a path relative to the top.
    public static func path(_ name: String) -> String {
        url.appending(path: name).path
    }

    /// A file's text.
    ///
    /// - Parameter name: a path relative to the top.
    public static func text(_ name: String) throws -> String {
        try String(contentsOf: url.appending(path: name), encoding: .utf8)
    }
}
