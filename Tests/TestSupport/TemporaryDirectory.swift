package import Foundation

/// A directory of its own for one test, removed with its content when the last reference goes.
package final class TemporaryDirectory: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init() throws {
        let name = "sockserved-\(UUID().uuidString.prefix(13))"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    package func path(_ name: String) -> String {
        url.appendingPathComponent(name).path
    }

    /// The text of a file in the directory; empty when there is none.
    package func text(_ name: String) -> String {
        (try? String(decoding: Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self)) ?? ""
    }
}
