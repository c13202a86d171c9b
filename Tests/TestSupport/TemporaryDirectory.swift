public import Foundation

/// A directory of its own for one test, removed with its content when the last reference goes.
public final class TemporaryDirectory: Sendable {
    public let url: URL
    public var path: String { url.path }

    public init() throws {
        let name = "sockserved-\(UUID().uuidString.prefix(13))"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    public func path(_ name: String) -> String {
        url.appendingPathComponent(name).path
    }

    /// The text of a file in the directory; empty when there is none.
    public func text(_ name: String) -> String {
        (try? String(decoding: Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self)) ?? ""
    }
}
