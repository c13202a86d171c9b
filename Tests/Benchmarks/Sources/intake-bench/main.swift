// intake-bench: measures what sockserved and comparable servers cost.
//
//     make bench-intake
//     swift run -c release --package-path Tests/Benchmarks intake-bench --daemon PATH [options; see --help]
//
// Tables, each by its name for --tables:
//   tcp            log messages of each form over TCP into a file
//   udp            RFC 5424 over UDP into a file, at steady rates, with what was lost
//   journal        RFC 5424 over TCP into journald and into systemd-journal-remote, with their CPU, beside rsyslog's omjournal
//   hello-journal  hello into journald, one client at a time and 64
//   cold-start     the first client of a server that systemd-socket-activate starts for it, beside systemd-socket-proxyd
//   sync           hello and syslog with log_sync = "data", 64 clients, beside a loop with one fdatasync(2) for each line
//   idle           memory and CPU without connections, and with 5000
// Those of journald run in a host that systemd boots in namespaces, which needs root: without it they are skipped.
//
// Rows of the tables:
//   sockserved       the release binary, file backend, the standard line: time, level, message
//   sockserved-json  the same with JSON lines, which have all fields of the message
//   rsyslog          imtcp or imudp and omfile, nothing else; default template (time, host, tag, message) and queues
//   omjournal        imtcp and omjournal
//   syslog-ng        network() or syslog() and file(), Debian's options and flow control
//   python           python_log_listener.py: the receiver of Python's logging cookbook
//   c                a loop in C that only finds the ends of messages and appends them to a file, one write(2) a turn
//   c-gather         the same, with a rest of 500 us between turns that bring little, as sockserved has it; over UDP 64
//                    datagrams for each recvmmsg(2)
//
// Columns: messages per second, until the last one is in the file or journal; CPU time of the server process with all its
// threads in microseconds for one message, by the scheduler's clock; the user and the system part of it (split by ticks);
// whether all messages are there, each once; and the CPU time as a multiple of rsyslog's, or of the Python listener's, and
// of the C loop's: for blocks of the plain one, else of the one that gathers.
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
            if let program = Places.program("syslog-ng") {
                recipes.append(ServerRecipe(name: peer, kind: .syslogNG(program: program, root: nil)))
            } else if let program = Places.program("\(options.syslogNGRoot)/usr/sbin/syslog-ng") {
                recipes.append(
                    ServerRecipe(name: peer, kind: .syslogNG(program: program, root: options.syslogNGRoot))
                )
            } else {
                print("syslog-ng is left out; to measure it, run make deps-test, which unpacks it")
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

/// Prints the tables of TCP into a file; returns whether no daemon lost or doubled a message.
private func benchStreams(_ options: Options, folder: String) throws(BenchError) -> Bool {
    var isWhole = true
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
                        + "\(mode.rawValue): \(options.rounds) rounds of \(count)",
                    readme: "\(form.title), \(ReadmeRow.grouped(bytes)) bytes, \(mode.rawValue)"
                )
                isWhole = isWhole && servers.allSatisfy { $0.isWhole || !$0.isDaemon }
                fflush(nil)
            }
        }
    }
    return isWhole
}

/// Prints the table of one rate of datagrams; of those, some may be lost.
private func benchDatagrams(_ options: Options, _ rate: DatagramRate, folder: String) throws(BenchError) {
    if let obstacle = rate.obstacle {
        print("\nUDP, \(rate.summary): skipped: \(obstacle)")
        return
    }
    // One second.
    let stock = try MessageStock(.rfc5424, count: rate.perSecond, python: options.python, folder: folder)
    var servers: [IntakeServer] = []
    for recipe in recipes(options) where recipe.servesDatagrams {
        servers.append(try IntakeServer(recipe, form: .rfc5424, folder: folder, datagrams: rate))
    }
    for round in 0...options.rounds {
        for server in servers { try server.measure(stock, rate: rate.perSecond, counts: round > 0) }
    }
    Report(reference: "rsyslog", limit: "c-gather", servers: servers)
        .print(
            title: "rfc5424 over UDP, \(rate.summary): \(options.rounds) rounds of \(stock.count)",
            readme: "RFC 5424 over UDP, \(ReadmeRow.grouped(rate.perSecond)) a second"
        )
}

/// Runs the tables that need journald in a host of their own.
private func benchInHost(_ options: Options) throws(BenchError) {
    let tables = options.tables.filter(\.needsHost)
    guard !tables.isEmpty else { return }
    if let obstacle = BootedHost.obstacle {
        print("\n\(tables.map(\.rawValue).joined(separator: ", ")): skipped: \(obstacle)")
        return
    }
    try BootedHost().runBenchmark(options, tables: tables)
}

/// Prints a table; returns whether no daemon lost a message, or doubled one in a file.
private func bench(_ table: Table, _ options: Options, folder: String) throws(BenchError) -> Bool {
    switch table {
    case .tcp: return try benchStreams(options, folder: folder)
    case .udp: for rate in options.rates { try benchDatagrams(options, rate, folder: folder) }
    case .journal: return try JournalBench.run(options, folder: folder)
    case .helloJournal: try HelloServer.benchJournal(options)
    case .coldStart: try ColdStart.run(options, folder: folder)
    case .sync: try SyncBench.run(options)
    case .idle: try IdleBench.run(options, folder: folder)
    }
    return true
}

/// Prints all tables; in the host that was booted for some of them, only those.
private func bench(_ options: Options, folder: String, isInHost: Bool) throws(BenchError) -> Bool {
    let begin = Clock.monotonic()
    if !isInHost { print(Proc.machine()) }
    var isWhole = true
    for table in options.tables where isInHost || !table.needsHost {
        isWhole = try bench(table, options, folder: folder) && isWhole
        fflush(nil)
    }
    if !isInHost {
        try benchInHost(options)
        print("\nin \((Clock.monotonic() - begin) / 1_000_000_000) s")
    }
    return isWhole
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

var arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "serve" { serve(Array(arguments.dropFirst())) }
if arguments.first == "serve-hello", let port = arguments.last.flatMap(Int32.init) {
    exit(cbench_serve_minimal(port, nil, 0))
}
let isInHost = arguments.first == "inside"
if isInHost { arguments.removeFirst() }
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
    if try !bench(try Options(arguments), folder: folder, isInHost: isInHost) {
        complain("messages were lost or doubled")
        status = 1
    }
} catch {
    complain("\(error)")
    status = 1
}
Places.removeFolder(folder)
exit(status)
