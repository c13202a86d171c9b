import BenchSupport
import Glibc

/// What keeps a journal: journald, or systemd-journal-remote behind a socket of its own.
final class JournalService {
    static let remoteSocket = "/run/intake-bench-remote.sock"
    private static let remoteFolder = "/var/log/journal/remote"
    private static let remoteProgram = "/lib/systemd/systemd-journal-remote"

    /// systemd-journal-remote; nil for journald, which runs already.
    private let process: ServerProcess?
    private let clock: ProcessClock

    private init(_ clock: ProcessClock, _ process: ServerProcess? = nil) {
        self.clock = clock
        self.process = process
    }

    /// The host's journald.
    static func journald() throws(BenchError) -> JournalService {
        guard let id = Proc.process(of: "/lib/systemd/systemd-journald") else {
            throw BenchError("journald does not run")
        }
        return JournalService(try ProcessClock(of: id))
    }

    static var hasRemote: Bool { access(remoteProgram, X_OK) == 0 }

    /// systemd-journal-remote with one file, as the example units start it; its first client starts it.
    static func remote() throws(BenchError) -> JournalService {
        try ServerProcess.run(["mkdir", "-p", remoteFolder])
        // It replaces systemd-socket-activate, in the same process.
        let activate = "systemd-socket-activate --listen=\(remoteSocket)"
        let options = "--listen-http=-3 --split-mode=none --output=\(remoteFolder)/bench.journal"
        let process = try ServerProcess(
            name: "systemd-journal-remote",
            command: ["sh", "-c", "exec \(activate) \(remoteProgram) \(options) 2>/dev/null"]
        )
        let deadline = Clock.monotonic() + 5_000_000_000
        while access(remoteSocket, F_OK) != 0 {
            guard Clock.monotonic() < deadline else { throw BenchError("there is no \(remoteSocket)") }
            Clock.sleep(milliseconds: 10)
        }
        return JournalService(process.clock, process)
    }

    func cpuNanoseconds() throws(BenchError) -> UInt64 { try clock.nanoseconds() }

    /// Writes the messages since a time, in microseconds since 1970, to a file.
    func export(since: UInt64, to path: String) throws(BenchError) {
        let digits = String(since % 1_000_000)
        let fraction = String(repeating: "0", count: 6 - digits.count) + digits
        let place = process == nil ? "" : "-D \(Self.remoteFolder)"
        let command = "journalctl -q -o cat \(place) --since=@\(since / 1_000_000).\(fraction) >\(path)"
        try ServerProcess.run(["sh", "-c", command])
    }
}
