// intake-bench: measures the cost of a log message, from TCP to the file, for sockserved and comparable servers.
//
//     make bench-intake
//     swift run -c release --package-path Tests/Benchmarks intake-bench --daemon PATH [options; see --help]
//
// Rows of the table:
//   sockserved       the release binary, file backend, the standard line: time, level, message
//   sockserved-json  the same with JSON lines, which have all fields of the message
//   rsyslog          imtcp and omfile, nothing else; default template (time, host, tag, message) and queues
//   syslog-ng        network() or syslog() and file(), Debian's options and flow control
//   python           python_log_listener.py: the receiver of Python's logging cookbook
//   c                a loop in C that only finds the ends of messages and appends them to a file, one write(2) a turn
//   c-gather         the same, with a rest of 500 us between turns that bring little, as sockserved has it
//
// And over UDP at a steady rate: sockserved, rsyslog with imudp, and both C loops with 64 datagrams for each recvmmsg(2).
//
// Columns: messages per second, until the last one is in the file; CPU time of the server process with all its threads
// in microseconds for one message, by the scheduler's clock; the user and the system part of it (split by ticks); whether
// all messages are in the file, each once; and the CPU time as a multiple of rsyslog's, or of the Python listener's, and of
// the C loop's: for blocks of the plain one, else of the one that gathers.
//
// How: one thread sends messages that were made before, each with a number of its own, over the connections in turn, in
// blocks of 64 KiB or one message a write; it ends its sides, waits until the server has closed, and then until the file
// has every number. Python's frames come from a real SocketHandler. All servers of a table run from beginning to end and
// are measured in turns, A B C A B C, after one round to warm up; figures are medians over the rounds, ratios are medians
// of each round's ratio.
//
// How to read it: client and servers share the machine. With few cores the rate says as much about the client as about a
// server; CPU for a message is the figure that holds. With one message a write it is mostly the kernel's work for small
// receives, and the fewer messages a server finds waiting, the more of them it does.

import BenchSupport
import CBench
import Glibc

private func recipes(_ options: Options) -> [ServerRecipe] {
    var recipes: [ServerRecipe] = []
    for daemon in options.daemons {
        recipes.append(ServerRecipe(name: daemon.name, kind: .daemon(command: daemon.command, flags: [])))
        let json = ServerRecipe.Kind.daemon(command: daemon.command, flags: ["--log-format", "json"])
        recipes.append(ServerRecipe(name: "\(daemon.name)-json", kind: json))
    }
    for peer in options.peers {
        switch peer {
        case "rsyslog":
            if let program = Places.program("rsyslogd") {
                recipes.append(ServerRecipe(name: peer, kind: .rsyslog(program: program)))
            } else {
                print("rsyslog is left out; to measure it, install rsyslog")
            }
        case "syslog-ng":
            let program = options.syslogNGRoot.map { "\($0)/usr/sbin/syslog-ng" } ?? "syslog-ng"
            if let program = Places.program(program) {
                recipes.append(
                    ServerRecipe(name: peer, kind: .syslogNG(program: program, root: options.syslogNGRoot))
                )
            } else {
                print("syslog-ng is left out; to measure it, install syslog-ng-core, or beside rsyslog unpack it:")
                print("    apt-get install libivykis0 libnet1 libpcre3 libwrap0 && apt-get download syslog-ng-core")
                print("    dpkg -x syslog-ng-core_*.deb DIR, and --syslog-ng-root DIR")
            }
        case "python":
            recipes.append(ServerRecipe(name: peer, kind: .pythonListener(python: options.python)))
        case "c":
            recipes.append(ServerRecipe(name: "c", kind: .minimal(rest: 0)))
            recipes.append(ServerRecipe(name: "c-gather", kind: .minimal(rest: 500)))
        default:
            break
        }
    }
    return recipes
}

/// Returns whether no daemon lost or doubled a message.
private func bench(_ options: Options, folder: String) throws(BenchError) -> Bool {
    var isWhole = true
    print(Proc.machine())
    let recipes = recipes(options)
    for form in options.forms {
        let count = form.isSyslog ? options.messages : options.pythonMessages
        let stock = try MessageStock(form, count: count, python: options.python, folder: folder)
        var servers: [IntakeServer] = []
        for recipe in recipes where recipe.serves(form) {
            servers.append(try IntakeServer(recipe, form: form, folder: folder))
        }
        for mode in options.modes {
            let report = Report(
                reference: form.isSyslog ? "rsyslog" : "python",
                limit: mode == .blocks ? "c" : "c-gather",
                servers: servers
            )
            for connections in options.connections {
                for server in servers { server.forgetSamples() }
                for round in 0...options.rounds {
                    for server in servers {
                        try server.measure(stock, connections: connections, mode: mode, counts: round > 0)
                    }
                }
                let bytes = stock.bytes.count / stock.count
                report.print(
                    title: "\(form.rawValue), \(bytes) bytes each, \(connections) connections, written in "
                        + "\(mode.rawValue): \(options.rounds) rounds of \(count)"
                )
                isWhole = isWhole && servers.allSatisfy { $0.isWhole || !$0.isDaemon }
                fflush(nil)
            }
        }
    }
    for rate in options.rates { try benchDatagrams(options, recipes, rate, folder: folder) }
    return isWhole
}

/// Prints the table of one rate of datagrams; of those, some may be lost.
private func benchDatagrams(
    _ options: Options,
    _ recipes: [ServerRecipe],
    _ rate: Int,
    folder: String
) throws(BenchError) {
    // Two seconds.
    let stock = try MessageStock(.rfc5424, count: 2 * rate, python: options.python, folder: folder)
    var servers: [IntakeServer] = []
    for recipe in recipes where recipe.servesDatagrams {
        servers.append(try IntakeServer(recipe, form: .rfc5424, folder: folder, isDatagram: true))
    }
    for round in 0...options.rounds {
        for server in servers { try server.measure(stock, rate: rate, counts: round > 0) }
    }
    Report(reference: "rsyslog", limit: "c-gather", servers: servers)
        .print(title: "rfc5424 over UDP, \(rate) a second: \(options.rounds) rounds of \(stock.count)")
    fflush(nil)
}

/// The loops in C are this program itself: `serve FORM|udp PORT FILE MICROSECONDS`.
private func serve(_ arguments: [String]) -> Never {
    var code = EINVAL
    if arguments.count == 4, let port = Int32(arguments[1]), let rest = Int32(arguments[3]) {
        switch MessageForm(rawValue: arguments[0]) {
        case nil: code = cbench_serve_datagrams(port, arguments[2], rest)
        case .rfc3164, .rfc5424, .large, .json: code = cbench_serve_intake(port, arguments[2], 0, rest)
        case .gelf: code = cbench_serve_intake(port, arguments[2], 1, rest)
        case .octets: code = cbench_serve_intake(port, arguments[2], 2, rest)
        case .python: code = cbench_serve_intake(port, arguments[2], 3, rest)
        }
    }
    complain("\(BenchError("serve \(arguments)", code: code))")
    exit(1)
}

private func complain(_ text: String) {
    fflush(nil)
    let line = Array("intake-bench: \(text)\n".utf8)
    write(STDERR_FILENO, line, line.count)
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "serve" { serve(Array(arguments.dropFirst())) }
if arguments.contains("--help") {
    print(Options.usage)
    exit(0)
}
var template = Array("/tmp/intake-bench.XXXXXX".utf8CString)
guard mkdtemp(&template) != nil else {
    perror("intake-bench: make a folder under /tmp")
    exit(1)
}
let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
var status: Int32 = 0
do throws(BenchError) {
    if try !bench(try Options(arguments), folder: folder) {
        complain("messages were lost or doubled")
        status = 1
    }
} catch {
    complain("\(error)")
    status = 1
}
Places.removeFolder(folder)
exit(status)
