import BenchSupport
import Glibc

/// The command line; `--help` prints what there is.
struct Options {
    /// A server to measure besides the built-in ones: its row's name, and its command.
    struct Server {
        let name: String
        let command: [String]
    }

    var daemons: [Server] = []
    var others: [Server] = []
    /// The distribution's Python where there is one: it is what a host has, and faster than most that one builds.
    var python = access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3"
    var references = ["minimal", "minimal-log", "nginx", "python"]
    var connections = 10_000
    var inFlight = 64
    var rounds = 5
    var wantsLoad = false
    var wantsLatency = false
    var idleConnections: Int?

    static let usage = """
        Usage: hello-bench [--daemon PATH | PATH] [options]

          --daemon [NAME=]COMMAND  sockserved's binary, with further flags for it if wanted; repeatable, to compare builds
          --server NAME=COMMAND    another hello server, {port} standing for its port; its log is not checked; repeatable
          --references LIST        of minimal, minimal-cork, minimal-log, nginx, python, python-nolog, separated by
                                   commas (default: minimal,minimal-log,nginx,python)
          --python COMMAND         the Python to measure with (default: /usr/bin/python3 if there is one)
          --load                   only the run under load
          --latency                only the run with one connection at a time
          --idle N                 only the daemon's memory with N idle connections
          --connections N          connections in a run (default: 10000)
          --in-flight N            of them at once (default: 64)
          --rounds N               rounds that count, after one to warm up (default: 5)

        Without --load, --latency and --idle it does all three, with 5000 idle connections.
        """

    init(_ arguments: [String]) throws(BenchError) {
        var remaining = arguments[...]
        while let flag = remaining.popFirst() {
            switch flag {
            case "--load": wantsLoad = true
            case "--latency": wantsLatency = true
            case "--daemon": daemons.append(try Self.server(try Self.value(of: flag, &remaining), name: "sockserved"))
            case "--server": others.append(try Self.server(try Self.value(of: flag, &remaining), name: nil))
            case "--references":
                references = try Self.value(of: flag, &remaining).split(separator: ",").map(String.init)
            case "--python": python = try Self.value(of: flag, &remaining)
            case "--idle": idleConnections = try Self.number(of: flag, &remaining)
            case "--connections": connections = try Self.number(of: flag, &remaining)
            case "--in-flight": inFlight = try Self.number(of: flag, &remaining)
            case "--rounds": rounds = try Self.number(of: flag, &remaining)
            case _ where !flag.hasPrefix("-"): daemons.append(try Self.server(flag, name: "sockserved"))
            default: throw BenchError("unknown option \(flag)\n\n\(Self.usage)")
            }
        }
        if !wantsLoad && !wantsLatency && idleConnections == nil {
            wantsLoad = true
            wantsLatency = true
            idleConnections = daemons.isEmpty ? nil : 5000
        }
        guard !wantsIdleWithoutDaemon else { throw BenchError("--idle needs --daemon PATH") }
    }

    private var wantsIdleWithoutDaemon: Bool { idleConnections != nil && daemons.isEmpty }

    private static func value(of flag: String, _ remaining: inout ArraySlice<String>) throws(BenchError) -> String {
        guard let value = remaining.popFirst() else { throw BenchError("\(flag) needs a value\n\n\(usage)") }
        return value
    }

    /// A count from 1 to a million: a mistyped zero must not run for an hour.
    private static func number(of flag: String, _ remaining: inout ArraySlice<String>) throws(BenchError) -> Int {
        let text = try value(of: flag, &remaining)
        guard let number = Int(text), (1...1_000_000).contains(number) else {
            throw BenchError("\(flag) needs a number from 1 to 1000000, not \(text)")
        }
        return number
    }

    private static func server(_ text: String, name: String?) throws(BenchError) -> Server {
        var command = text.split(separator: " ").map(String.init)
        guard let first = command.first else { throw BenchError("an empty command") }
        // Only the first word can name the row, so that a flag's own `=` is left alone.
        if let equals = first.firstIndex(of: "=") {
            command[0] = String(first[first.index(after: equals)...])
            return Server(name: String(first[..<equals]), command: command)
        }
        guard let name else { throw BenchError("--server needs NAME=COMMAND, not \(text)") }
        return Server(name: name, command: command)
    }
}
