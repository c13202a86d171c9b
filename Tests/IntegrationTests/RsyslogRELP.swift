import Foundation
import TestSupport
import Testing

/// A real rsyslog that reads lines from a file and sends them by omrelp; killed when the last reference goes.
final class RsyslogRELP {
    /// How many lines it reads again after each end.
    ///
    /// imfile writes down how far it has read before omrelp has sent it all, and what omrelp has sent without an answer
    /// is forgotten. These are losses of rsyslog's own (rsyslog/rsyslog#2610), so they are taken out of the test.
    static let linesReadAgain = 2000

    private let directory: TemporaryDirectory
    private let lineSize: Int
    private var process: Process?

    /// Prepares rsyslog to send the lines of a file, which all have the same size.
    ///
    /// - Parameters:
    ///   - lines: the path of the file.
    ///   - lineSize: the size of a line.
    ///   - port: where the daemon listens.
    ///   - library: the library for TLS, `openssl` or `gnutls`; nil: the stream is plain.
    ///   - directory: where its files are.
    /// - Throws: why its configuration cannot be written.
    init(
        sending lines: String,
        ofSize lineSize: Int,
        to port: Int,
        withTLSBy library: String? = nil,
        in directory: TemporaryDirectory
    ) throws {
        self.lineSize = lineSize
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory.path("rsyslog"), withIntermediateDirectories: true)
        let configuration = try Rsyslog.relpConfiguration(
            sending: lines,
            #"reopenOnTruncate="off" persistStateInterval="100" persistStateAfterSubmission="on""#,
            to: port,
            withTLSBy: library,
            in: directory.path("rsyslog")
        )
        try Data(configuration.utf8).write(to: directory.url.appending(path: "rsyslog.conf"))
    }

    deinit {
        if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    func start() throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Rsyslog.program))
        process.arguments = ["-n", "-f", directory.path("rsyslog.conf"), "-i", directory.path("rsyslog.pid")]
        process.standardInput = FileHandle.nullDevice
        let output =
            FileManager.default.createFile(atPath: directory.path("rsyslog.out"), contents: nil)
            ? FileHandle(forWritingAtPath: directory.path("rsyslog.out")) : nil
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.process = process
    }

    /// Ends it by a signal, and waits for the end.
    func end(by signal: Int32) {
        guard let process else { return }
        kill(process.processIdentifier, signal)
        if !eventually({ !process.isRunning }) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        // A kill leaves it, and then the next one does not start.
        try? FileManager.default.removeItem(atPath: directory.path("rsyslog.pid"))
        rewind()
    }

    /// Moves the state of imfile back by some lines.
    private func rewind() {
        let folder = URL(filePath: directory.path("rsyslog"))
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        for file in files where file.lastPathComponent.hasPrefix("imfile-state") {
            guard var text = try? String(contentsOf: file, encoding: .utf8),
                let offset = text.firstMatch(of: #/"curr_offs": (\d+)/#).flatMap({ Int($0.1) })
            else { continue }
            let earlier = max(0, offset - Self.linesReadAgain * lineSize)
            text.replace(#/_offs": \d+/#, with: "_offs\": \(earlier)")
            try? Data(text.utf8).write(to: file)
        }
    }

    /// What it wrote to its standard error.
    var output: String { directory.text("rsyslog.out") }
}
