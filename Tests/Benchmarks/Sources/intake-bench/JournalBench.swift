import BenchSupport
import Glibc

/// The tables of journals, inside of a booted host.
enum JournalBench {
    private static let reference = "omjournal"
    private static let remoteSuffix = "-remote"

    /// TCP into journald: sockserved and rsyslog's omjournal; and into systemd-journal-remote.
    ///
    /// - Returns: whether sockserved lost nothing.
    static func run(_ options: Options, folder: String) throws(BenchError) -> Bool {
        let stock = try MessageStock(.rfc5424, count: options.journalMessages, python: "", folder: folder)
        let journald = try JournalService.journald()
        var servers: [JournalServer] = []
        for daemon in options.daemons {
            servers.append(try server(daemon, ["--log-backend", "journald"], journald))
        }
        if JournalService.hasRemote {
            let remote = try JournalService.remote()
            for daemon in options.daemons {
                let name = daemon.name + remoteSuffix
                let backend = [
                    "--log-backend", "journal-remote", "--journal-remote", "unix:\(JournalService.remoteSocket)",
                ]
                servers.append(try server((name, daemon.command), backend, remote))
            }
        } else {
            print("journal-remote is skipped: systemd-journal-remote is not installed (make deps-test)")
        }
        if options.peers.contains("rsyslog"), let program = Places.program("rsyslogd") {
            servers.append(try rsyslog(program, journald, folder: folder))
        } else {
            print("omjournal is left out; to measure it, install rsyslog")
        }
        for round in 0...options.rounds {
            for server in servers { try server.measure(stock, folder: folder, counts: round > 0) }
        }
        report(servers, title: "rfc5424 over TCP into a journal: \(options.rounds) rounds of \(stock.count)")
        // Delivery into journals is at least once.
        return servers.allSatisfy { $0.name == reference || $0.missing == 0 }
    }

    private static func server(
        _ daemon: (name: String, command: [String]),
        _ backend: [String],
        _ journal: JournalService
    ) throws(BenchError) -> JournalServer {
        let port = try Sockets.freePort()
        let command = daemon.command + ["--listen", "syslog@tcp:127.0.0.1:\(port)"] + backend
        return try JournalServer(name: daemon.name, port: port, command: command, journal: journal)
    }

    private static func rsyslog(
        _ program: String,
        _ journal: JournalService,
        folder: String
    ) throws(BenchError) -> JournalServer {
        let port = try Sockets.freePort()
        let file = "\(folder)/omjournal.conf"
        let text = """
            global(workDirectory="\(folder)" internalmsg.severity="warn")
            module(load="imtcp")
            module(load="omjournal")
            input(type="imtcp" address="127.0.0.1" port="\(port)")
            action(type="omjournal")

            """
        try Places.write(text, to: file)
        let command = [program, "-n", "-f", file, "-i", "\(folder)/omjournal.pid"]
        return try JournalServer(name: reference, port: port, command: command, journal: journal)
    }

    private static func report(_ servers: [JournalServer], title: String) {
        print("\n\(title)")
        var rows = [
            ["server", "messages/s", "CPU us/message", "journal's CPU", "sum", "messages", "x own", "x sum", "x rate"]
        ]
        let reference = servers.first { $0.name == Self.reference }
        for server in servers {
            func median(_ value: (JournalServer.Sample) -> Double) -> String {
                Statistics.text(Statistics.median(server.samples.map(value)), decimals: 2)
            }
            func ratio(_ value: (JournalServer.Sample) -> Double) -> String {
                guard let reference else { return "-" }
                let ratios = zip(server.samples, reference.samples).map { value($0) / value($1) }
                return Statistics.text(Statistics.median(ratios), decimals: 2)
            }
            let rate = Statistics.text(Statistics.median(server.samples.map(\.messagesPerSecond)), decimals: 0)
            rows.append([
                server.name, rate, median(\.own), median(\.service), median(\.sum),
                Report.lines(missing: server.missing, surplus: server.surplus),
                ratio(\.own), ratio(\.sum), ratio(\.messagesPerSecond),
            ])
        }
        Statistics.print(rows)
        let own = servers.first { $0.name != Self.reference && !$0.name.hasSuffix(Self.remoteSuffix) }
        let remote = servers.first { $0.name.hasSuffix(Self.remoteSuffix) }
        for (name, own, peer) in [
            ("RFC 5424 into the journal, with journald's CPU", own, reference),
            ("RFC 5424 into journal-remote's, with its CPU", remote, nil),
        ] {
            Report.printReadmeRow(name) { column in
                let server = column == "sockserved" ? own : column == "rsyslog" ? peer : nil
                return server.map { Statistics.median($0.samples.map(\.sum)) }
            }
        }
        fflush(nil)
    }
}
