import BenchSupport
import Glibc

/// The command line; `--help` prints what there is.
struct Options {
    var daemons: [(name: String, command: [String])] = []
    var tables = Table.allCases
    var forms = MessageForm.allCases
    var connections = [8]
    var modes = WriteMode.allCases
    var peers = ["rsyslog", "syslog-ng", "python", "c"]
    /// The distribution's Python where there is one: it is what a host has, and faster than most that one builds.
    var python = access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3"
    var syslogNGRoot = Places.unpacked
    var messages = 200_000
    var pythonMessages = 100_000
    var journalMessages = 40_000
    /// Connections of hello in a run.
    var hellos = 5000
    var idleConnections = 5000
    /// Where files are that are written through to the disk.
    var syncFolder = "/var/tmp"
    var rounds = 5
    var rates = ["50000/default", "100000/default", "250000"].compactMap(DatagramRate.init)

    static let usage = """
        Usage: intake-bench [--daemon PATH | PATH] [options]

          --daemon [NAME=]COMMAND  sockserved's binary, with further flags for it if wanted; repeatable, to compare builds
          --tables LIST            of \(Table.allCases.map(\.rawValue).joined(separator: ", ")), separated by commas
                                   (default: all)
          --forms LIST             tcp: of rfc3164, rfc5424, rfc5424-octets, rfc5424-1k, json, gelf, python (default: all)
          --connections LIST       tcp: numbers of connections (default: 8)
          --writes LIST            tcp: of blocks (64 KiB at a time), messages (one at a time) (default: both)
          --messages N             tcp: syslog messages in a run (default: 200000)
          --python-messages N      tcp: messages of the other forms in a run (default: 100000)
          --udp LIST               udp: RFC 5424 at so many messages a second, into a receive buffer of 4 MiB, or with
                                   N/default of the default size (default: 50000/default,100000/default,250000)
          --journal-messages N     journal: messages in a run (default: 40000)
          --hellos N               hello-journal, sync: connections in a run (default: 5000)
          --idle-connections N     idle: connections (default: 5000)
          --sync-folder DIR        sync: where the files are (default: /var/tmp)
          --peers LIST             of rsyslog, syslog-ng, python, c (default: all), or none
          --rounds N               rounds that count, after one to warm up (default: 5)
          --python COMMAND         the Python to measure with (default: /usr/bin/python3 if there is one)
          --syslog-ng-root DIR     where syslog-ng-core is unpacked, where it is not installed: Debian does not install it
                                   beside rsyslog (default: where make deps-test unpacks it)
        """

    init(_ arguments: [String]) throws(BenchError) {
        var remaining = arguments[...]
        while let flag = remaining.popFirst() {
            switch flag {
            case "--daemon": daemons.append(try Self.daemon(try Self.value(of: flag, &remaining)))
            case "--tables": tables = try Self.list(of: flag, &remaining, "a table") { Table(rawValue: $0) }
            case "--forms": forms = try Self.list(of: flag, &remaining, "a form") { MessageForm(rawValue: $0) }
            case "--udp":
                rates = try Self.list(of: flag, &remaining, "a rate from 1 to 1000000", DatagramRate.init)
            case "--connections":
                connections = try Self.list(of: flag, &remaining, "a number from 1 to 1000") {
                    Int($0).flatMap { (1...1000).contains($0) ? $0 : nil }
                }
            case "--writes":
                modes = try Self.list(of: flag, &remaining, "blocks or messages") { WriteMode(rawValue: $0) }
            case "--peers":
                peers = try Self.list(of: flag, &remaining, "a peer") {
                    ["rsyslog", "syslog-ng", "python", "c", "none"].contains($0) ? $0 : nil
                }
            case "--messages": messages = try Self.number(of: flag, &remaining)
            case "--python-messages": pythonMessages = try Self.number(of: flag, &remaining)
            case "--journal-messages": journalMessages = try Self.number(of: flag, &remaining)
            case "--hellos": hellos = try Self.number(of: flag, &remaining)
            case "--idle-connections": idleConnections = try Self.number(of: flag, &remaining)
            case "--sync-folder": syncFolder = try Self.value(of: flag, &remaining)
            case "--rounds": rounds = try Self.number(of: flag, &remaining)
            case "--python": python = try Self.value(of: flag, &remaining)
            case "--syslog-ng-root": syslogNGRoot = try Self.value(of: flag, &remaining)
            case _ where !flag.hasPrefix("-"): daemons.append(try Self.daemon(flag))
            default: throw BenchError("unknown flag \(flag)\n\n\(Self.usage)")
            }
        }
    }

    private static func value(of flag: String, _ remaining: inout ArraySlice<String>) throws(BenchError) -> String {
        guard let value = remaining.popFirst() else { throw BenchError("\(flag) needs a value\n\n\(usage)") }
        return value
    }

    /// A count from 1 to five million: a mistyped zero must not run for an hour, and numbers have seven digits.
    private static func number(of flag: String, _ remaining: inout ArraySlice<String>) throws(BenchError) -> Int {
        let text = try value(of: flag, &remaining)
        guard let number = Int(text), (1...5_000_000).contains(number) else {
            throw BenchError("\(flag) needs a number from 1 to 5000000, not \(text)")
        }
        return number
    }

    private static func list<Element>(
        of flag: String,
        _ remaining: inout ArraySlice<String>,
        _ what: String,
        _ read: (String) -> Element?
    ) throws(BenchError) -> [Element] {
        var elements: [Element] = []
        for text in try value(of: flag, &remaining).split(separator: ",").map(String.init) {
            guard let element = read(text) else { throw BenchError("\(flag): \(text) is not \(what)\n\n\(usage)") }
            elements.append(element)
        }
        return elements
    }

    private static func daemon(_ text: String) throws(BenchError) -> (name: String, command: [String]) {
        var command = text.split(separator: " ").map(String.init)
        guard let first = command.first else { throw BenchError("an empty command") }
        // Only the first word can name the row, so that a flag's own `=` is left alone.
        guard let equals = first.firstIndex(of: "=") else { return ("sockserved", command) }
        command[0] = String(first[first.index(after: equals)...])
        return (String(first[..<equals]), command)
    }
}
