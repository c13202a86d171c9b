/// Certificates and keys that are made anew for each run of the tests, by `make-certificates` beside this file.
package final class Certificates: Sendable {
    package static let shared = Result { try Certificates() }

    private let directory: TemporaryDirectory

    /// The path of the directory.
    package var path: String { directory.path }

    private init() throws {
        directory = try TemporaryDirectory()
        let outcome = try BuiltProgram.run(LogClient.script("make-certificates"), [directory.path], in: directory)
        guard outcome.status == 0 else { throw Failure(complaints: outcome.complaints.joined(separator: "\n")) }
    }

    /// The path of a certificate, such as `server`.
    package func certificate(_ name: String) -> String { directory.path("\(name).pem") }

    /// The path of a certificate's key.
    package func key(_ name: String) -> String { directory.path("\(name).key") }

    struct Failure: Error {
        let complaints: String
    }
}
