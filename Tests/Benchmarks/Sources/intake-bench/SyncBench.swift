import BenchSupport
import CBench
import Glibc

/// hello and syslog with `log_sync = "data"`, beside a loop that has one fdatasync(2) for each line.
enum SyncBench {
    private static let clients = 64
    private static let lines = 500

    static func run(_ options: Options) throws(BenchError) {
        var template = Array("\(options.syncFolder)/intake-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError("a folder in \(options.syncFolder)", code: errno) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Places.removeFolder(folder) }
        guard cbench_is_in_memory(folder) == 0 else {
            print("\nsync is skipped: \(options.syncFolder) is in memory; --sync-folder DIR names one on a disk")
            return
        }
        var hellos: [HelloServer] = []
        var intakes: [IntakeServer] = []
        for daemon in options.daemons {
            let flags = ["--log-sync", "data"]
            let file = ["--log-backend", "file", "--log-file", "\(folder)/\(daemon.name)-hello.log"]
            hellos.append(try HelloServer(name: daemon.name, command: daemon.command, flags: file + flags))
            let recipe = ServerRecipe(name: daemon.name, kind: .daemon(command: daemon.command, flags: flags))
            intakes.append(try IntakeServer(recipe, form: .rfc5424, folder: folder))
        }
        let stock = try MessageStock(.rfc5424, count: options.messages, python: "", folder: folder)
        var rates: [Double] = []
        for round in 0...options.rounds {
            for server in hellos { try server.measure(options.hellos, inFlight: clients, counts: round > 0) }
            for server in intakes {
                try server.measure(stock, connections: clients, mode: .messages, counts: round > 0)
            }
            let begin = Clock.monotonic()
            let code = cbench_write_synced("\(folder)/lines", Int32(lines))
            guard code == 0 else { throw BenchError("write and fdatasync in \(folder)", code: code) }
            if round > 0 { rates.append(Double(lines) * 1e9 / Double(Clock.monotonic() - begin)) }
        }
        report(
            hellos.map { ($0.name, $0.samples.map(\.repliesPerSecond)) },
            rates,
            title: "log_sync = \"data\", \(clients) clients: replies of hello, \(options.hellos) in each round"
        )
        report(
            intakes.map { ($0.name, $0.samples.map(\.messagesPerSecond)) },
            rates,
            title: "log_sync = \"data\", \(clients) clients: messages of syslog, \(stock.count) in each round"
        )
    }

    private static func report(_ servers: [(name: String, commits: [Double])], _ rates: [Double], title: String) {
        print("\n\(title)")
        var rows = [["server", "commits/s", "x one fdatasync each"]]
        for server in servers + [("one fdatasync each", rates)] {
            let ratios = zip(server.1, rates).map { $0 / $1 }
            let commits = Statistics.text(Statistics.median(server.1), decimals: 0)
            rows.append([server.0, commits, Statistics.text(Statistics.median(ratios), decimals: 2)])
        }
        Statistics.print(rows)
    }
}
