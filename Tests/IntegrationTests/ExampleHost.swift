import Foundation
import TestSupport
import Testing

/// The programs of one example, and the daemon that they log to; all end with the last reference.
final class ExampleHost {
    let directory: TemporaryDirectory
    let daemon: DaemonProcess
    private var programs: [Process] = []

    /// A default port of the socket units, and where the daemon of the test serves it.
    enum Port: Int {
        case pythonTCP
        case syslogTCP
        case syslogUDP

        var usual: String { self == .pythonTCP ? "9020" : "514" }
    }

    init() throws {
        directory = try TemporaryDirectory()
        daemon = try DaemonProcess(
            [
                "--listen", "python@tcp:127.0.0.1:0", "--listen", "syslog@tcp:127.0.0.1:0", "--listen",
                "syslog@udp:127.0.0.1:0", "--log-format", "json",
            ],
            in: directory
        )
    }

    deinit {
        // The whole group: gunicorn has workers. Not SIGTERM: it is blocked in what tests start.
        for program in programs where program.isRunning { kill(-program.processIdentifier, SIGKILL) }
    }

    /// Copies an example into the directory, with the address of this daemon instead of the usual one.
    ///
    /// - Returns: the path.
    @discardableResult
    func copy(_ example: String, _ ports: Port...) throws -> String {
        var text = try ExampleProgram.text(of: example)
        #expect(text.contains("logs.example.com"))
        text.replace("logs.example.com", with: "127.0.0.1")
        for port in ports {
            let actual = try #require(daemon.addresses[port.rawValue].split(separator: ":").last)
            let pattern = try Regex("\\b\(port.usual)\\b").wordBoundaryKind(.simple)
            #expect(text.contains(pattern), "\(example) does not name port \(port.usual)")
            text.replace(pattern, with: String(actual))
        }
        return try write(text, to: example)
    }

    /// Writes a file into the directory, with the directory's path for `@DIR@`.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.replacing("@DIR@", with: directory.path).utf8).write(to: directory.url.appending(path: name))
        return directory.path(name)
    }

    /// Starts a program that goes on until the end of the test.
    func start(_ program: ExampleProgram, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program.path)
        process.arguments = arguments
        process.currentDirectoryURL = directory.url
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": directory.path]
            .merging(program.environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output =
            FileManager.default.createFile(atPath: directory.path("program.out"), contents: nil)
            ? FileHandle(forWritingAtPath: directory.path("program.out")) : nil
        process.standardOutput = output
        process.standardError = output
        try process.run()
        programs.append(process)
    }

    /// Runs a program that ends by itself.
    func run(_ program: ExampleProgram, _ arguments: String...) throws {
        let variables = program.environment.map { "\($0.key)=\($0.value)" }
        let outcome = try BuiltProgram.run("/usr/bin/env", variables + [program.path] + arguments, in: directory)
        #expect(outcome.status == 0 && outcome.complaints.isEmpty, "\(outcome)")
    }

    /// Waits for a socket of the program.
    func awaits(_ socket: String) -> Bool {
        eventually {
            FileManager.default.fileExists(atPath: directory.path(socket)) || !programs.allSatisfy(\.isRunning)
        } && FileManager.default.fileExists(atPath: directory.path(socket))
    }

    /// Asks a web server in the directory for a path.
    ///
    /// - Returns: what it answers; nil when it does not.
    func get(_ path: String, from socket: String) -> String? {
        var answer: String?
        _ = eventually {
            guard let client = try? TestSocket(to: "unix:\(directory.path(socket))") else { return false }
            guard (try? client.send("GET \(path) HTTP/1.0\r\nHost: shop\r\n\r\n")) != nil else { return false }
            answer = try? client.receiveToEnd()
            return answer?.isEmpty == false
        }
        return answer
    }

    /// What the programs have written.
    var output: String { directory.text("program.out") }

    /// The first record that fits, and that comes before the deadline.
    func record(where fits: (MessageRecord) -> Bool) throws -> MessageRecord {
        var found: MessageRecord?
        _ = eventually {
            // The last line may be on its way.
            found = try? daemon.messages().first(where: fits)
            return found != nil
        }
        return try #require(found, "\(daemon.log)\n\(output)")
    }
}
