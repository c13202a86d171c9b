import BenchSupport
import Glibc

/// How a server of the comparison is started.
struct ServerRecipe {
    enum Kind {
        /// sockserved, with flags of its own after those of the benchmark.
        case daemon(command: [String], flags: [String])
        case rsyslog(program: String)
        /// - Parameter root: where Debian's package is unpacked, if it is not installed.
        case syslogNG(program: String, root: String?)
        case pythonListener(python: String)
        /// The loop in C; with a time in microseconds it gathers.
        case minimal(rest: Int)
    }

    let name: String
    let kind: Kind

    func serves(_ form: MessageForm) -> Bool {
        switch kind {
        case .daemon, .minimal: true
        case .rsyslog, .syslogNG: form.isSyslog
        case .pythonListener: form == .python
        }
    }

    /// The command line, after writing the configuration that it names.
    func command(
        for form: MessageForm,
        port: UInt16,
        path: String,
        folder: String
    ) throws(BenchError) -> [String] {
        switch kind {
        case .daemon(let command, let flags):
            return command + [
                "--listen", "\(form.listener)@tcp:127.0.0.1:\(port)",
                "--log-backend", "file", "--log-file", path,
            ] + flags
        case .rsyslog(let program):
            let file = "\(folder)/rsyslog.conf"
            try Places.write(Self.rsyslogConfiguration(port: port, path: path, folder: folder), to: file)
            return [program, "-n", "-f", file, "-i", "\(folder)/rsyslog.pid"]
        case .syslogNG(let program, let root):
            let file = "\(folder)/syslog-ng.conf"
            try Places.write(Self.syslogNGConfiguration(form, port: port, path: path), to: file)
            let command = [
                program, "-F", "--no-caps", "-f", file, "-R", "\(folder)/syslog-ng.persist",
                "-p", "\(folder)/syslog-ng.pid", "-c", "\(folder)/syslog-ng.ctl",
            ]
            guard let root else { return command }
            let modules = "\(root)/usr/lib/syslog-ng/3.38"
            return ["env", "LD_LIBRARY_PATH=\(Places.libraries(in: root))"] + command + ["--module-path=\(modules)"]
        case .pythonListener(let python):
            return [python, "\(Places.package)/python_log_listener.py", "\(port)", path]
        case .minimal(let rest):
            return [Places.program, "serve", form.rawValue, "\(port)", path, "\(rest)"]
        }
    }

    /// Whether it is in the tables of datagrams.
    var servesDatagrams: Bool {
        switch kind {
        case .daemon(_, let flags): flags.isEmpty
        case .rsyslog: true
        case .minimal(let rest): rest > 0
        case .syslogNG, .pythonListener: false
        }
    }

    /// The command line for messages of RFC 5424 over UDP, after writing the configuration that it names.
    func datagramCommand(port: UInt16, path: String, folder: String) throws(BenchError) -> [String] {
        switch kind {
        case .daemon(let command, _):
            return command + [
                "--listen", "syslog@udp:127.0.0.1:\(port)", "--log-backend", "file", "--log-file", path,
            ]
        case .rsyslog(let program):
            let file = "\(folder)/rsyslog.conf"
            // As many datagrams a call as the others take, and the same buffer.
            let text = """
                global(workDirectory="\(folder)" internalmsg.severity="warn")
                module(load="imudp" batchSize="64")
                input(type="imudp" address="127.0.0.1" port="\(port)" rcvbufSize="4m")
                action(type="omfile" file="\(path)")

                """
            try Places.write(text, to: file)
            return [program, "-n", "-f", file, "-i", "\(folder)/rsyslog.pid"]
        case .minimal(let rest): return [Places.program, "serve", "udp", "\(port)", path, "\(rest)"]
        case .syslogNG, .pythonListener: throw BenchError("\(name) is not in the tables of datagrams")
        }
    }

    /// Nothing but the input and the file: default template, default queues; no limit for connections.
    private static func rsyslogConfiguration(port: UInt16, path: String, folder: String) -> String {
        """
        global(workDirectory="\(folder)" internalmsg.severity="warn")
        module(load="imtcp" maxSessions="20000")
        input(type="imtcp" address="127.0.0.1" port="\(port)")
        action(type="omfile" file="\(path)")

        """
    }

    /// Debian's options, less the write for every line; flow control, without which the queue may drop.
    private static func syslogNGConfiguration(_ form: MessageForm, port: UInt16, path: String) -> String {
        let source =
            switch form {
            case .octets: "syslog(ip(\"127.0.0.1\") port(\(port)) transport(\"tcp\"))"
            case .rfc5424, .large: "network(ip(\"127.0.0.1\") port(\(port)) transport(\"tcp\") flags(syslog-protocol))"
            case .rfc3164, .json, .gelf, .python: "network(ip(\"127.0.0.1\") port(\(port)) transport(\"tcp\"))"
            }
        return """
            @version: 3.38
            options { chain_hostnames(off); use_dns(no); use_fqdn(no); dns_cache(no); stats_freq(0); };
            source messages { \(source); };
            destination all { file("\(path)"); };
            log { source(messages); destination(all); flags(flow-control); };

            """
    }
}
