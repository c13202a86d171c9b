// hello-bench: measures the cost of a hello connection for sockserved, the script that it replaces, and a minimal server.
//
//     make bench
//     swift run -c release --package-path Tests/Benchmarks hello-bench --daemon PATH [options; see --help]
//
// Rows of the table:
//   sockserved    the release binary, file backend, default level: all four records of every connection
//   python        python_server.py: the script's loop with Python's own logging to a file, and a wider backlog
//   minimal       an epoll loop in C, one thread: accept4, read, send, close; no log
//   minimal-log   the same, and the same four lines as the others, in batches of one write(2)
//   nginx         its stream module with `return`; no log
// and with --references also:
//   python-nolog  the same loop with logging switched off
//   minimal-cork  the same as minimal, with the reply and the FIN in one segment (MSG_MORE)
//
// Columns: connections per second; latency from connect(2) to the end of stream, median and 99th percentile; CPU time
// of the server process, user and system, in microseconds for one connection, by the scheduler's clock; the user part
// of it (from ticks, so rough); and that CPU time as a multiple of minimal's, of nginx's and of Python's.
//
// How: one thread keeps the wanted number of connections in flight and fails on any answer that is not exactly the
// one expected. After each run the log must have each of the four lines once for every connection made, and the time
// the server takes to finish them counts. All servers run from beginning to end and are measured in turns, A B C A B
// C, after one round to warm up; figures are medians over the rounds, ratios are medians of each round's ratio.
//
// How to read it: client and servers share the machine. With few cores the rate and the latencies say more about the
// client than about a server; CPU for a connection is the figure that holds. Nearly all of it is the kernel's work
// for a TCP connection on loopback, where the sender also pays for part of the receiver's processing.

import BenchSupport
import CBench
import Glibc

/// The package's folder, where the Python server lies.
private func packageFolder() -> String {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
}

private func startPeers(_ options: Options, folder: String) throws(BenchError) -> [Peer] {
    var peers: [Peer] = []
    let script = "\(packageFolder())/python_server.py"
    for (index, daemon) in options.daemons.enumerated() {
        peers.append(try startDaemon(daemon, logPath: "\(folder)/daemon\(index).log"))
    }
    for server in options.others {
        peers.append(try Peer(name: server.name, command: server.command, logPath: nil))
    }
    for name in options.references {
        let log = "\(folder)/\(name).log"
        switch name {
        case "minimal", "minimal-cork":
            peers.append(try Peer(name: name, command: ["/proc/self/exe", "serve", name, "{port}"], logPath: nil))
        case "minimal-log":
            let command = ["/proc/self/exe", "serve", name, "{port}", "{log}"]
            peers.append(try Peer(name: name, command: command, logPath: log))
        case "nginx":
            let checkout = packageFolder() + "/../.."
            if let command = NginxPeer.command(folder: folder, checkout: checkout) {
                peers.append(try Peer(name: name, command: command, logPath: nil))
            } else {
                print("nginx is left out; to measure it, run make deps-test, which unpacks it")
            }
        case "python-nolog":
            peers.append(try Peer(name: name, command: [options.python, script, "{port}"], logPath: nil))
        case "python":
            peers.append(try Peer(name: name, command: [options.python, script, "{port}", "{log}"], logPath: log))
        default:
            throw BenchError("unknown reference \(name)")
        }
    }
    return peers
}

private func startDaemon(_ daemon: Options.Server, logPath: String) throws(BenchError) -> Peer {
    let flags = ["--listen", "hello@tcp:127.0.0.1:{port}", "--log-backend", "file", "--log-file", "{log}"]
    return try Peer(name: daemon.name, command: daemon.command + flags, logPath: logPath)
}

private func run(_ peers: [Peer], rounds: Int, connections: Int, inFlight: Int) throws(BenchError) {
    for peer in peers { peer.forgetSamples() }
    for round in 0...rounds {
        for peer in peers {
            try peer.measure(connections: connections, inFlight: inFlight, counts: round > 0)
        }
    }
}

private func bench(_ options: Options, folder: String) throws(BenchError) {
    print(Proc.machine())
    if options.wantsLoad || options.wantsLatency {
        let peers = try startPeers(options, folder: folder)
        let report = Report(peers: peers)
        if options.wantsLoad {
            let (connections, inFlight, rounds) = (options.connections, options.inFlight, options.rounds)
            try run(peers, rounds: rounds, connections: connections, inFlight: inFlight)
            report.print(title: "Under load: \(rounds) rounds of \(connections) connections, \(inFlight) in flight")
            for daemon in options.daemons { report.printGoals(for: daemon.name) }
            report.printReadmeRows()
        }
        if options.wantsLatency {
            let (connections, rounds) = (max(1, options.connections / 10), options.rounds)
            try run(peers, rounds: rounds, connections: connections, inFlight: 1)
            report.print(title: "One at a time: \(rounds) rounds of \(connections) connections")
        }
    }
    if let count = options.idleConnections {
        for (index, daemon) in options.daemons.enumerated() {
            let peer = try startDaemon(daemon, logPath: "\(folder)/idle\(index).log")
            try IdleConnections.report(peer, connections: count)
        }
    }
}

private func complain(_ text: String) {
    fflush(nil)
    let line = Array("hello-bench: \(text)\n".utf8)
    write(STDERR_FILENO, line, line.count)
}

/// The minimal servers are this program itself: `serve NAME PORT [LOGFILE]`.
private func serve(_ arguments: [String]) -> Never {
    let port = arguments.count > 1 ? Int32(arguments[1]) ?? 0 : 0
    let log = arguments.count > 2 ? arguments[2] : nil
    let code = cbench_serve_minimal(port, log, arguments.first == "minimal-cork" ? 1 : 0)
    complain("\(BenchError("serve port \(port)", code: code))")
    exit(1)
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "serve" { serve(Array(arguments.dropFirst())) }
if arguments.contains("--help") {
    print(Options.usage)
    exit(0)
}
Sockets.raiseDescriptorLimit()
var template = Array("/tmp/hello-bench.XXXXXX".utf8CString)
guard mkdtemp(&template) != nil else {
    perror("hello-bench: make a folder under /tmp")
    exit(1)
}
let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
var status: Int32 = 0
do throws(BenchError) {
    try bench(try Options(arguments), folder: folder)
} catch {
    complain("\(error)")
    status = 1
}
for name in ["python", "minimal-log"] + (0..<16).flatMap({ ["daemon\($0)", "idle\($0)"] }) {
    unlink("\(folder)/\(name).log")
}
for name in ["nginx.conf", "nginx.pid", "nginx.err"] { unlink("\(folder)/\(name)") }
rmdir(folder)
exit(status)
