import Foundation
import TestSupport
import Testing

/// Who ends the stream and then reads its end knows that all is recorded.
@Suite(.enabled(if: LogClient.python != nil, "python3 is not installed"))
struct ConfirmedDeliveryTests {
    @Test(arguments: ["python", "syslog"], ["tcp", "unix"])
    func everyConfirmedRecordSurvivesAKill(format: String, kind: String) throws {
        let directory = try TemporaryDirectory()
        var confirmed: [Substring] = []
        for round in 1...3 {
            let address = kind == "unix" ? "unix:\(directory.path("socket\(round)"))" : "tcp:127.0.0.1:0"
            let daemon = try DaemonProcess(["--listen", "\(format)@\(address)", "--log-format", "json"], in: directory)
            let client = try start(format, try #require(daemon.addresses.first), "round\(round)", directory)
            let output = "confirmed\(round)"
            #expect(eventually { directory.text(output).count { $0 == "\n" } >= 40 * round })
            daemon.signal(SIGKILL)
            #expect(daemon.exitCode() == -SIGKILL)
            client.input.closeFile()
            #expect(eventually(within: .seconds(60)) { !client.process.isRunning })
            confirmed += directory.text(output).split(separator: "\n")
        }
        #expect(confirmed.count >= 240)
        // A line that the kill tore does not count.
        let recorded = Set(
            directory.text("server.log").split(separator: "\n").compactMap { try? MessageRecord($0)["message"] }
        )
        let wanted = confirmed.flatMap { name in (1...5).map { "\(name)-\($0)" } }
        #expect(wanted.filter { !recorded.contains($0) } == [])
    }

    /// Its disk is full, so nothing can be confirmed; and then it is gone.
    @Test(
        .enabled(if: MountNamespace.isAvailable, "no mount namespace can be made here"),
        arguments: ["syslog", "discard"],
        ["tcp", "unix"]
    )
    func nothingIsConfirmedThatWasOnlyReceived(name: String, kind: String) throws {
        let directory = try TemporaryDirectory()
        let disk = directory.path("disk")
        mkdir(disk, 0o755)
        let address = kind == "unix" ? "unix:\(directory.path("socket"))" : "tcp:127.0.0.1:0"
        let daemon = try DaemonProcess(
            ["--listen", "\(name)@\(address)", "--log-file", "\(disk)/server.log", "--log-format", "json"],
            in: directory,
            through: MountNamespace.wrapper(mounting: "-t tmpfs -o size=64k tmpfs '\(disk)'"),
            privateLog: "\(disk)/server.log"
        )
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        let filler = try #require(FileHandle(forWritingAtPath: create("/proc/\(daemon.pid)/root\(disk)/filler")))
        while (try? filler.write(contentsOf: Data(count: 4096))) != nil {}
        try client.send("<14>nowhere to write \(String(repeating: "this ", count: 2000))\n")
        client.endSending()
        #expect(eventually { daemon.complaints.contains("No space left on device") })
        #expect(!client.hasInput)
        daemon.signal(SIGKILL)
        #expect(daemon.exitCode() == -SIGKILL)
        // A reset, or where there is none a byte: an empty answer would be an orderly end.
        let answer = try? client.receive()
        #expect(answer != [])
    }

    // MARK: -

    private func create(_ path: String) -> String {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return path
    }

    /// Starts `confirmed-client`; its output goes to a file named after its token.
    private func start(
        _ format: String,
        _ address: String,
        _ token: String,
        _ directory: TemporaryDirectory
    ) throws -> (process: Process, input: FileHandle) {
        let process = Process()
        let input = Pipe()
        let output = directory.url.appending(path: token.replacing("round", with: "confirmed"))
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        process.executableURL = URL(filePath: LogClient.script("confirmed-client"))
        process.arguments = [format, address, token]
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, input.fileHandleForWriting)
    }
}
