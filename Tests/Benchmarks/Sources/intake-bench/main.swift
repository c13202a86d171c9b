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
//
// Columns: messages per second, until the last one is in the file; CPU time of the server process with all its threads
// in microseconds for one message, by the scheduler's clock; the user and the system part of it (split by ticks); whether
// all messages are in the file, each once; and the CPU time as a multiple of rsyslog's, or of the Python listener's.
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
        let report = Report(form: form, servers: servers)
        for mode in options.modes {
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
                for daemon in options.daemons { report.printGoals(for: daemon.name) }
                isWhole = isWhole && servers.allSatisfy { $0.isWhole || !$0.isDaemon }
                fflush(nil)
            }
        }
    }
    return isWhole
}

private func complain(_ text: String) {
    fflush(nil)
    let line = Array("intake-bench: \(text)\n".utf8)
    write(STDERR_FILENO, line, line.count)
}

let arguments = Array(CommandLine.arguments.dropFirst())
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
