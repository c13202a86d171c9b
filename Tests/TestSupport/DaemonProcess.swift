package import Foundation

/// The built daemon, running with a directory of its own; killed when the last reference goes.
package final class DaemonProcess {
    package struct Failure: Error {
        let problem: String
        let complaints: String
    }

    package let directory: TemporaryDirectory
    /// The file with the records, as this process sees it.
    package private(set) var logPath: String
    private var logDirectory: Int32 = -1
    private let process = Process()
    /// How much was in the file when this run began.
    private var logStart = 0

    /// Starts the daemon and waits until it has announced its listeners.
    ///
    /// - Parameters:
    ///   - arguments: records go to `server.log` in the directory by default, and the configuration is
    ///     an empty file unless they name one.
    ///   - directory: where the daemon's files are; nil: a temporary one of its own.
    ///   - environment: all there is, besides `PATH`.
    ///   - wrapper: a command that runs the daemon in its own place.
    ///   - input: a socket to hand on as standard input.
    ///   - output: a file to hand on as standard output.
    ///   - log: the file with the records, if an argument names another one.
    ///   - privateLog: the file with the records, in a mount namespace of the daemon's own.
    ///   - serving: how many listeners to wait for; nil: as many as `--listen` is given.
    /// - Throws: why it does not start, with what it printed.
    package init(
        _ arguments: [String],
        in directory: TemporaryDirectory? = nil,
        environment: [String: String] = [:],
        through wrapper: [String] = [],
        input: FileHandle? = nil,
        output: FileHandle? = nil,
        log: String? = nil,
        privateLog: String? = nil,
        serving: Int? = nil
    ) throws {
        let directory = try directory ?? TemporaryDirectory()
        self.directory = directory
        logPath = log ?? directory.path("server.log")
        var arguments = arguments
        if !arguments.contains("--log-backend") { arguments += ["--log-backend", "file"] }
        if !arguments.contains("--config") {
            try Data().write(to: directory.url.appending(path: "empty.toml"))
            arguments += ["--config", directory.path("empty.toml")]
        }
        let command = wrapper + [try BuiltProgram.path] + arguments
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command[1...])
        process.currentDirectoryURL = directory.url
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 }
        process.standardInput = input ?? .nullDevice
        process.standardOutput = try output ?? BuiltProgram.create("stdout", in: directory)
        process.standardError = try BuiltProgram.create("stderr", in: directory)
        logStart = self.log.utf8.count
        try process.run()
        if let privateLog { logPath = "/proc/\(pid)/root\(privateLog)" }
        try awaitListeners(serving ?? arguments.count { $0 == "--listen" })
        if privateLog != nil { keepLogDirectory() }
    }

    deinit {
        if process.isRunning { signal(SIGKILL) }
        if logDirectory >= 0 { close(logDirectory) }
    }

    /// Keeps the directory of a private log, so that the log can be read when the daemon has ended.
    private func keepLogDirectory() {
        guard let slash = logPath.lastIndex(of: "/") else { return }
        logDirectory = open(String(logPath[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if logDirectory >= 0 { logPath = "/proc/self/fd/\(logDirectory)\(logPath[slash...])" }
    }

    private func awaitListeners(_ count: Int) throws {
        guard count > 0 else { return }
        let serves = eventually { addresses.count >= count || !process.isRunning }
        guard serves, process.isRunning else {
            signal(SIGKILL)
            throw Failure(problem: "does not serve", complaints: complaints)
        }
    }

    // MARK: the process

    package var pid: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }

    /// The text that it wrote to stderr.
    package var complaints: String { directory.text("stderr") }

    package func signal(_ number: Int32) {
        if process.isRunning { kill(pid, number) }
    }

    /// Stops all its threads, until SIGCONT.
    ///
    /// - Returns: false when one still runs at the deadline.
    package func pause() -> Bool {
        signal(SIGSTOP)
        return eventually {
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
            return !tasks.isEmpty
                && tasks.allSatisfy { task in
                    let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/stat", encoding: .utf8)) ?? ""
                    return text.split(separator: ")").last?.hasPrefix(" T") == true
                }
        }
    }

    /// Waits for the end.
    ///
    /// - Returns: the exit code; minus the signal that ended it; nil when it still runs at the deadline.
    package func exitCode(within limit: Duration = .seconds(30)) -> Int32? {
        guard eventually(within: limit, { !process.isRunning }) else { return nil }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// Sends SIGTERM and waits for the end.
    package func stop() -> Int32? {
        signal(SIGTERM)
        return exitCode()
    }

    /// Processor time used so far, of user and system: proc(5).
    package var processorTime: Duration {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        // The name, in parentheses, may have spaces; after it user time is the 12th field, system time the 13th.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return .zero }
        return .seconds(user + system) / sysconf(Int32(_SC_CLK_TCK))
    }

    /// Resident memory in bytes; nil when it cannot be read.
    package var residentBytes: Int? { memory("VmRSS") }

    /// The most resident memory so far in bytes; nil when it cannot be read.
    package var peakBytes: Int? { memory("VmHWM") }

    private func memory(_ name: String) -> Int? {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    // MARK: the records

    /// All that is in the file.
    package var log: String {
        (try? String(decoding: Data(contentsOf: URL(filePath: logPath)), as: UTF8.self)) ?? ""
    }

    /// What this run has added to the file.
    package var runLog: String { String(decoding: log.utf8.dropFirst(logStart), as: UTF8.self) }

    /// Where it listens, such as `tcp:127.0.0.1:40000`, in the order of the announcements of this run.
    package var addresses: [String] {
        runLog.matches(of: #/Listener \S+ serves \S+ at ([^\s"]+)(?: with TLS)?["\n]/#).map { String($0.1) }
    }

    /// The records about clients, each as `LEVEL:message`, of a log in the standard format.
    ///
    /// - Throws: when any line of the file is not a whole record.
    package func clientRecords() throws -> [String] {
        try LogLine.parse(log).filter { !$0.isOfDaemon }.map { "\($0.level):\($0.message)" }
    }

    /// Waits until this many records of clients are there.
    ///
    /// - Returns: all there are then, or at the deadline.
    package func clientRecords(awaiting count: Int) throws -> [String] {
        _ = eventually { log.utf8.count { $0 == UInt8(ascii: "\n") } >= count }
        _ = try eventually { try clientRecords().count >= count }
        return try clientRecords()
    }

    /// Waits for a text in the file.
    package func hasLogged(_ text: String) -> Bool {
        eventually { log.contains(text) }
    }
}
