import BenchSupport
import CBench
import Glibc

/// A host of its own that a real systemd has booted (`Tests/SystemTests/boot-host`); it ends when this goes out of use.
///
/// The benchmark runs itself in it, since the servers and journald have to be in one host.
final class BootedHost {
    /// Where the programs are in the host, whose /tmp is its own.
    private static let folder = "/bench"

    private let boot: ServerProcess
    /// Held open as long as the host is wanted.
    private let lifeline: Int32
    private let pid: Int

    /// Why no host can be booted here; nil when one can.
    static var obstacle: String? {
        if geteuid() != 0 { return "booting a systemd in namespaces needs root" }
        if access("/lib/systemd/systemd", X_OK) != 0 { return "systemd is not installed (make deps-test)" }
        return nil
    }

    /// Boots, and returns when everything that starts at boot has started.
    init() throws(BenchError) {
        var input: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        guard cbench_pipe(&input) == 0, cbench_pipe(&output) == 0 else { throw BenchError("pipe2", code: errno) }
        lifeline = input[1]
        let script = "\(Places.package)/../SystemTests/boot-host"
        boot = try ServerProcess(name: "boot-host", command: [script], input: input[0], output: output[1])
        close(input[0])
        close(output[1])
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(output[0], &buffer, buffer.count)
        close(output[0])
        let said = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        guard said.hasPrefix("pid "), let pid = Int(said.dropFirst(4).prefix { $0 != "\n" }) else {
            throw BenchError("boot-host did not boot: \(said)")
        }
        self.pid = pid
        // As systemd sets it where it is the machine's own: by default the kernel lets only 10 datagrams wait.
        try ServerProcess.run([
            "nsenter", "--target", "\(pid)", "--net", "sh", "-c", "echo 512 >/proc/sys/net/unix/max_dgram_qlen",
        ])
        try awaitBoot()
        try prepareJournald()
    }

    deinit {
        close(lifeline)
        boot.awaitEnd()
    }

    /// Runs this program in the host, with its output to the same terminal or file.
    func runBenchmark(_ options: Options, tables: [Table]) throws(BenchError) {
        try copy(Places.program, to: "\(Self.folder)/intake-bench")
        var arguments: [String] = []
        for (index, daemon) in options.daemons.enumerated() {
            guard let program = daemon.command.first.flatMap({ Places.program($0) }) else {
                throw BenchError("there is no \(daemon.command.first ?? "program")")
            }
            let place = "\(Self.folder)/daemon\(index)"
            try copy(program, to: place)
            let command = [place] + daemon.command.dropFirst()
            arguments += ["--daemon", "\(daemon.name)=\(command.joined(separator: " "))"]
        }
        arguments += ["--tables", tables.map(\.rawValue).joined(separator: ","), "--rounds", "\(options.rounds)"]
        arguments += ["--journal-messages", "\(options.journalMessages)", "--hellos", "\(options.hellos)"]
        arguments += ["--peers", options.peers.isEmpty ? "none" : options.peers.joined(separator: ",")]
        fflush(nil)
        try run(["\(Self.folder)/intake-bench", "inside"] + arguments, output: STDOUT_FILENO)
    }

    private func run(_ command: [String], output: Int32 = -1) throws(BenchError) {
        let enter = ["nsenter", "--target", "\(pid)", "--all", "--root", "--wd"]
        try ServerProcess.run(enter + command, output: output)
    }

    private func copy(_ program: String, to place: String) throws(BenchError) {
        try ServerProcess.run(["install", "-D", "-m", "755", program, "/proc/\(pid)/root\(place)"])
    }

    private func awaitBoot() throws(BenchError) {
        let deadline = Clock.monotonic() + 30_000_000_000
        while true {
            do {
                // It says so on stderr as long as there is no bus.
                return try run(["sh", "-c", "systemctl --quiet is-system-running 2>/dev/null"])
            } catch {
                guard Clock.monotonic() < deadline else { throw BenchError("systemd has not booted in 30 s") }
                Clock.sleep(milliseconds: 100)
            }
        }
    }

    /// No rate limit; sockets that are made again, with the longer queue.
    private func prepareJournald() throws(BenchError) {
        let settings = "[Journal]\\nRateLimitBurst=0\\nSystemMaxUse=512M\\n"
        let units = "systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service"
        try run([
            "sh", "-ec",
            "printf '\(settings)' >/etc/systemd/journald.conf.d/intake-bench.conf; systemctl stop \(units); systemctl start \(units)",
        ])
    }
}
