import Foundation
import TestSupport
import Testing

/// Failures of log files and their disks while clients are served.
@Suite struct LogFileFailureTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(.enabled(if: MountNamespace.isAvailable, "no mount namespace can be made here"))
    func fullDiskMakesClientsWaitAndLosesNothing() throws {
        let disk = directory.path("disk")
        mkdir(disk, 0o755)
        let daemon = try DaemonProcess(
            [
                "--listen", "hello@tcp:127.0.0.1:0", "--listen", "syslog@tcp:127.0.0.1:0", "--log-file",
                "\(disk)/server.log",
            ],
            in: directory,
            through: MountNamespace.wrapper(mounting: "-t tmpfs -o size=512k tmpfs '\(disk)'"),
            privateLog: "\(disk)/server.log"
        )
        let load = HelloLoad(at: try #require(daemon.addresses.first))
        #expect(load.hasAnswered(more: 20))
        let sender = try TestSocket(to: daemon.addresses[1])
        try sender.send("<14>before\n")
        #expect(daemon.hasLogged("INFO:before\n"))
        let filler = "/proc/\(daemon.pid)/root\(disk)/filler"
        fill(filler)
        #expect(
            eventually { daemon.complaints.contains("cannot write to \(disk)/server.log: No space left on device") }
        )
        // No client gets an answer without its records.
        try sender.send("<14>meanwhile\n")
        sender.endSending()
        let answered = load.answered
        usleep(500_000)
        #expect(load.answered == answered && !sender.hasInput)
        _ = try LogLine.parse(daemon.log)
        // A new output for the same path takes over the waiting records.
        daemon.signal(SIGHUP)
        usleep(100_000)
        unlink(filler)
        #expect(load.hasAnswered(more: 20))
        #expect(try sender.receiveToEnd() == "")
        let outcome = try #require(load.stop())
        #expect(outcome.failures == [])
        // Its last records may come after the client's end. The sender, too, has four.
        let count = 4 * (outcome.answered.count + 1)
        #expect(try eventually { try daemon.clientRecords().count >= count })
        let records = try daemon.clientRecords()
        #expect(records.count == count && records.contains("INFO:meanwhile"))
        let received = records.filter { $0.hasPrefix("DEBUG:Received data: ") }.map { $0.dropFirst(21) }
        #expect(Set(received) == Set(outcome.answered.map { Substring($0) }))
        #expect(eventually { daemon.complaints.contains(" works again after ") })
        #expect(daemon.hasLogged("ERROR:Log backend failed: "))
        #expect(daemon.hasLogged("NOTICE:Log backend works again after "))
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts["syslog"]?.committed == 2)
    }

    @Test(.enabled(if: MountNamespace.isAvailable, "no mount namespace can be made here"))
    func stopAtAFullDiskSaysWhatIsLost() throws {
        let disk = directory.path("disk")
        mkdir(disk, 0o755)
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0", "--log-file", "\(disk)/server.log", "--drain-timeout", "300ms"],
            in: directory,
            through: MountNamespace.wrapper(mounting: "-t tmpfs -o size=64k tmpfs '\(disk)'"),
            privateLog: "\(disk)/server.log"
        )
        fill("/proc/\(daemon.pid)/root\(disk)/filler")
        let load = HelloLoad(at: try #require(daemon.addresses.first))
        #expect(eventually { daemon.complaints.contains("No space left on device") })
        daemon.signal(SIGTERM)
        #expect(daemon.exitCode() == 74)
        let last = try #require(daemon.complaints.split(separator: "\n").last)
        #expect(last.contains(#/^sockserved: \d+ records lost: cannot write to \S+: No space left on device/#))
        // Clients that waited were reset or closed, and none took that for an answer.
        let outcome = try #require(load.stop())
        #expect(!outcome.failures.isEmpty)
    }

    @Test func removedFileIsMadeAnew() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"], in: directory)
        let address = try #require(daemon.addresses.first)
        let load = HelloLoad(at: address)
        #expect(load.hasAnswered(more: 20))
        var parts: [FileHandle] = [try FileHandle(forReadingFrom: URL(filePath: daemon.logPath))]
        for round in 1...3 {
            unlink(daemon.logPath)
            // Who comes now is in the file that others will find.
            #expect(try ReloadTests.hello(address, "after removal \(round)") == "Hello, client!")
            #expect(daemon.log.contains("DEBUG:Received data: after removal \(round)\n"))
            #expect(load.hasAnswered(more: 20))
            parts.append(try FileHandle(forReadingFrom: URL(filePath: daemon.logPath)))
        }
        let outcome = try #require(load.stop())
        #expect(outcome.failures == [])
        #expect(daemon.stop() == 0)
        // Together, the removed files and the last have all; a record may be in two of them, and none is torn.
        let texts = try parts.map { String(decoding: try $0.readToEnd() ?? Data(), as: UTF8.self) }
        let messages = Set(try texts.flatMap { try LogLine.parse($0) }.map(\.message))
        #expect(outcome.answered.filter { !messages.contains("Received data: \($0)") } == [])
    }

    @Test func movedDirectoryKeepsTheFileUntilThereIsANewOne() throws {
        let (logs, moved) = (directory.path("logs"), directory.path("moved"))
        mkdir(logs, 0o755)
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0", "--log-file", "\(logs)/server.log"],
            in: directory,
            log: "\(logs)/server.log"
        )
        let address = try #require(daemon.addresses.first)
        rename(logs, moved)
        // Long enough that the daemon looks at least once.
        let began = ContinuousClock.now
        while ContinuousClock.now - began < .milliseconds(1200) {
            #expect(try ReloadTests.hello(address, "moved") == "Hello, client!")
            usleep(50_000)
        }
        #expect(directory.text("moved/server.log").contains("DEBUG:Received data: moved\n"))
        mkdir(logs, 0o755)
        #expect(eventually(within: .seconds(3)) { FileManager.default.fileExists(atPath: daemon.logPath) })
        #expect(try ReloadTests.hello(address, "new") == "Hello, client!")
        #expect(daemon.log.contains("DEBUG:Received data: new\n"))
        _ = try LogLine.parse(directory.text("moved/server.log"))
        #expect(daemon.stop() == 0)
        #expect(daemon.complaints == "")
    }

    /// As `: > server.log`, or logrotate's copytruncate.
    @Test func truncatedFileGoesOnAtItsNewEnd() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"], in: directory)
        let address = try #require(daemon.addresses.first)
        #expect(try ReloadTests.hello(address, "before") == "Hello, client!")
        #expect(daemon.hasLogged("Connection closed\n"))
        truncate(daemon.logPath, 0)
        #expect(try ReloadTests.hello(address, "after") == "Hello, client!")
        #expect(try daemon.clientRecords(awaiting: 4).count == 4)
        #expect(daemon.log.contains("DEBUG:Received data: after\n"))
    }

    // MARK: -

    /// Writes until there is no space.
    private func fill(_ path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(file) }
        for size in [4096, 1] {
            let bytes = [UInt8](repeating: 0, count: size)
            while write(file, bytes, size) > 0 {}
        }
    }
}
