import CBench
import Glibc

/// A server as a child process, with its use of resources.
///
/// It is killed when it goes out of use, and by the kernel when the benchmark dies.
package final class ServerProcess {
    private let id: pid_t
    private let name: String
    package let clock: ProcessClock
    private var hasEnded = false

    /// Starts a command, with these descriptors as its standard input and output; without, they are /dev/null.
    package init(
        name: String,
        command: [String],
        input: Int32 = -1,
        output: Int32 = -1
    ) throws(BenchError) {
        var arguments = command.map { strdup($0) } + [nil]
        defer {
            for argument in arguments { free(argument) }
        }
        let id = cbench_spawn(&arguments, input, output)
        guard id > 0 else { throw BenchError("start \(command.joined(separator: " "))", code: -id) }
        self.id = id
        self.name = name
        clock = try ProcessClock(of: id)
    }

    deinit {
        guard !hasEnded else { return }
        kill(id, SIGTERM)
        let deadline = Clock.monotonic() + 7_000_000_000
        while waitpid(id, nil, WNOHANG) == 0 {
            if Clock.monotonic() > deadline { kill(id, SIGKILL) }
            Clock.sleep(milliseconds: 10)
        }
    }

    /// Runs a program until it ends.
    package static func run(_ command: [String], output: Int32 = -1) throws(BenchError) {
        let process = try ServerProcess(name: command.joined(separator: " "), command: command, output: output)
        var status: Int32 = 0
        guard waitpid(process.id, &status, 0) == process.id else { throw BenchError("waitpid", code: errno) }
        process.hasEnded = true
        guard status == 0 else { throw BenchError("\(process.name) failed") }
    }

    /// Waits until it ends by itself.
    package func awaitEnd() {
        guard !hasEnded else { return }
        hasEnded = waitpid(id, nil, 0) == id
    }

    /// Waits, ten seconds at most, until one exchange succeeds.
    package func waitUntilServing(_ exchange: () throws(BenchError) -> Void) throws(BenchError) {
        let deadline = Clock.monotonic() + 10_000_000_000
        while true {
            do {
                return try exchange()
            } catch  where error.code == ECONNREFUSED && Clock.monotonic() < deadline {
                if waitpid(id, nil, WNOHANG) == id {
                    hasEnded = true
                    throw BenchError("\(name) ended instead of serving")
                }
                Clock.sleep(milliseconds: 10)
            }
        }
    }

    /// User and system time of all its threads so far, in nanoseconds.
    package func cpuNanoseconds() throws(BenchError) -> UInt64 { try clock.nanoseconds() }

    /// User and system time so far in clock ticks: coarse, good for the share of each over many runs.
    package func ticks() throws(BenchError) -> (user: Int, system: Int) {
        // The second field, the name, may contain blanks and parentheses; field 3 follows the last parenthesis.
        let fields = try Proc.text("/proc/\(id)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            throw BenchError("/proc/\(id)/stat has no utime and stime")
        }
        return (user, system)
    }

    /// VmRSS in KiB.
    package func residentKibibytes() throws(BenchError) -> Int { try kibibytes(["VmRSS"], of: "status") }

    /// The memory that it shares with no other process, in KiB.
    package func privateKibibytes() throws(BenchError) -> Int {
        try kibibytes(["Private_Clean", "Private_Dirty"], of: "smaps_rollup")
    }

    private func kibibytes(_ names: [String], of file: String) throws(BenchError) -> Int {
        let text = try Proc.text("/proc/\(id)/\(file)")
        var sum = 0
        for name in names {
            guard let value = Proc.value(of: name, in: text), let number = value.split(separator: " ").first,
                let kibibytes = Int(number)
            else { throw BenchError("/proc/\(id)/\(file) has no \(name)") }
            sum += kibibytes
        }
        return sum
    }

    package func openDescriptors() -> Int {
        guard let directory = opendir("/proc/\(id)/fd") else { return 0 }
        defer { closedir(directory) }
        var count = -2
        while readdir(directory) != nil { count += 1 }
        return count
    }
}
