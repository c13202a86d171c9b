import Foundation
import TestSupport

/// A program that an example configures: installed, or unpacked by `make deps-test`.
struct ExampleProgram {
    let path: String
    let environment: [String: String]
    /// Where it was unpacked; nil when it is installed.
    let root: String?

    static let haproxy = find("haproxy")
    static let nginx = find("nginx")
    static let rsyslog = find("rsyslogd")
    static let syslogNG = find("syslog-ng")
    static let stunnel = find("stunnel4")
    /// Python with Django and gunicorn; nil where one of them is missing.
    static let pythonForWeb = python(with: "django", "gunicorn")
    static let python = python()

    private static let top = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The text of an example.
    static func text(of example: String) throws -> String {
        try String(contentsOf: top.appending(path: "packaging/examples/\(example)"), encoding: .utf8)
    }

    private static func find(_ name: String) -> ExampleProgram? {
        if let path = BuiltProgram.firstExecutable("/usr/sbin/\(name)", "/usr/local/sbin/\(name)", "/usr/bin/\(name)") {
            return ExampleProgram(path: path, environment: [:], root: nil)
        }
        let root = top.appending(path: ".build/log-programs").path
        let paths = ("\(root)/usr/sbin/\(name)", "\(root)/usr/bin/\(name)")
        guard let path = BuiltProgram.firstExecutable(paths.0, paths.1) else { return nil }
        // Debian's directories for libraries: those of the machine, and syslog-ng's own.
        let machines = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/usr/lib")) ?? []
        let libraries = machines.flatMap { ["\(root)/usr/lib/\($0)", "\(root)/lib/\($0)"] }
        let environment = ["LD_LIBRARY_PATH": libraries.joined(separator: ":")]
        return ExampleProgram(path: path, environment: environment, root: root)
    }

    private static func python(with modules: String...) -> ExampleProgram? {
        guard let path = LogClient.python else { return nil }
        let packages = top.appending(path: ".build/log-clients").path
        guard modules.allSatisfy({ FileManager.default.fileExists(atPath: "\(packages)/\($0)") }) else { return nil }
        return ExampleProgram(path: path, environment: ["PYTHONPATH": packages], root: nil)
    }
}
