import Daemon
import LogBackends
import LogRecords
import SocketServer
import TestSupport
import Testing

@Suite struct ListenerConfigurationTests: ConfigurationSuite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func listenersInheritLimitsAndOverrideThem() throws {
        let file = """
            idle_timeout = "10s"
            [[listener]]
            name = "a"
            protocol = "echo"
            address = "udp:[::1]:7007"
            max_connections = 3
            [[listener]]
            name = "b"
            protocol = "discard"
            idle_timeout = "infinity"
            """
        let listeners = try load(file, flags: ["max_connections": "5"]).listeners
        #expect(listeners.map(\.name) == ["a", "b"])
        #expect(listeners.map(\.address) == [.udp(host: "::1", port: 7007), nil])
        #expect(listeners.map(\.limits.idleTimeout) == [.seconds(10), nil])
        #expect(listeners.map(\.limits.maxConnections) == [3, 5])
    }

    /// Stock log handlers keep silent connections for hours, and lose messages when they are cut.
    @Test func logMessagesHaveAnIdleTimeoutOnlyWhereItIsAskedFor() throws {
        let listeners = ["python", "syslog", "gelf", "json", "hello", "discard"].map { name in
            "[[listener]]\nname = '\(name)'\nprotocol = '\(name)'\n"
        }
        func timeouts(_ file: String) throws -> [Duration?] {
            try load(file).listeners.map(\.limits.idleTimeout)
        }
        #expect(try timeouts(listeners.joined()) == [nil, nil, nil, nil, .seconds(60), .seconds(60)])
        let asked = "idle_timeout = '60s'\n" + listeners.joined()
        #expect(try timeouts(asked) == Array(repeating: .seconds(60), count: 6))
        let one = listeners.joined(separator: "idle_timeout = '5s'\n")
        #expect(try timeouts(one) == Array(repeating: .seconds(5), count: 5) + [.seconds(60)])
    }

    @Test func theMessageLimitIsInheritedAndOverridden() throws {
        let file = """
            message_limit = "2M"
            [[listener]]
            name = "a"
            protocol = "echo"
            message_limit = 1024
            [[listener]]
            name = "b"
            protocol = "echo"
            """
        #expect(try load(file).listeners.map(\.limits.messageLimit) == [1024, 2 << 20])
        #expect(Configuration().limits.messageLimit == 1 << 20)
    }

    @Test func listenersOfMessagesMayChangeTheirRecords() throws {
        let configuration = try load(
            """
            journal_identifier = "%(program)s"
            [[listener]]
            name = "a"
            protocol = "syslog"
            facility = "local0"
            min_severity = "notice"
            max_severity = "error"
            identifier = "shop"
            [[listener]]
            name = "b"
            protocol = "json"
            identifier = "auto"
            [[listener]]
            name = "c"
            protocol = "json"
            """
        )
        #expect(
            configuration.listeners.map(\.policy) == [
                RecordPolicy(facility: .local0, minSeverity: .notice, maxSeverity: .error), RecordPolicy(),
                RecordPolicy(),
            ]
        )
        #expect(configuration.listeners.map { $0.identifier?.text } == ["shop", "auto", nil])
        #expect(configuration.journalIdentifier.text == "%(program)s")
    }

    @Test(arguments: ["hello", "echo", "discard"], ["facility", "min_severity", "max_severity", "identifier"])
    func whatIsForMessagesIsWrongElsewhere(protocolName: String, key: String) {
        let value = ["facility": "local0", "identifier": "auto"][key] ?? "error"
        let file = "[[listener]]\nname = 'a'\nprotocol = '\(protocolName)'\n\(key) = '\(value)'\n"
        let names = "python, syslog, gelf, json, relp"
        let reason = "is for log messages only (\(names)), and this listener serves \(protocolName); "
        let found = problems(file)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("listener[1].\(key): \(reason)remove it") == true, "\(found)")
    }

    @Test(arguments: [
        ("facility", "local9", "unknown facility \"local9\""), ("min_severity", "none", "unknown level \"none\""),
        ("max_severity", "", "unknown level \"\""), ("identifier", "%(nope)s", "unknown name \"nope\""),
        ("identifier", "", "is empty"),
    ])
    func wrongValuesForMessagesAreErrors(key: String, value: String, reason: String) {
        let found = problems("[[listener]]\nname = 'a'\nprotocol = 'json'\n\(key) = '\(value)'\n")
        #expect(found.count == 1)
        #expect(
            found.first?.contains("listener[1].\(key): ") == true && found.first?.contains(reason) == true,
            "\(found)"
        )
    }

    @Test func listenReplacesListenersWithAnAddress() throws {
        let file = """
            [[listener]]
            name = "a"
            protocol = "echo"
            address = "tcp:*:1"
            [[listener]]
            name = "hello"
            protocol = "discard"
            """
        let configuration = try load(file, listen: ["hello@tcp:*:0", "hello@tcp:*:0", "echo@unix:@a@b"])
        #expect(configuration.listeners.map(\.name) == ["hello", "hello-2", "hello-3", "echo"])
        #expect(configuration.listeners.map(\.protocolName) == ["discard", "hello", "hello", "echo"])
        #expect(configuration.listeners.last?.address == .unix(path: "@a@b"))
    }

    @Test(arguments: [
        ("address = 'unix:/run/x'\nmode = '0660'\ngroup = 'root'", UInt32(0o660), "root"),
        ("address = 'unixgram:/run/x'\nmode = '600'\ngroup = '0'", 0o600, "0"),
    ])
    func unixListenersHaveModeAndGroup(lines: String, mode: UInt32, group: String) throws {
        let listener = try load("[[listener]]\nname = 'a'\nprotocol = 'echo'\n" + lines).listeners[0]
        #expect(listener.mode == mode)
        #expect(listener.group?.id == 0)
        #expect(listener.group?.name == group)
    }

    @Test(arguments: [
        ("address = 'unix:/x'\nmode = '0999'", "mode: \"0999\" is not a mode; write three octal digits, like \"0660\""),
        ("address = 'unix:/x'\nmode = '1777'", "mode: \"1777\" is not a mode"),
        ("address = 'unix:/x'\nmode = '66'", "mode: \"66\" is not a mode"),
        ("address = 'unix:/x'\nmode = 0o660", "mode: must be a string, in quotes"),
        ("address = 'unix:/x'\ngroup = 'no such'", "group: unknown group \"no such\"; create it with groupadd"),
        ("address = 'unix:/x'\ngroup = '4294967295'", "group: unknown group"),
        ("address = 'tcp:127.0.0.1:1'\nmode = '0660'", "mode: is for Unix sockets with a path, and the address is tcp"),
        ("address = 'unix:@x'\ngroup = 'root'", "group: is for Unix sockets with a path"),
        ("mode = '0660'", "mode: is for sockets that the daemon opens; set SocketMode= and SocketGroup= in the socket"),
    ])
    func modeAndGroupThatCannotBeAreErrors(lines: String, message: String) {
        let problems = problems("[[listener]]\nname = 'a'\nprotocol = 'echo'\n" + lines)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("listener[1].\(message)") == true, "\(problems)")
    }

    @Test func twoListenersCannotShareAnAddress() {
        #expect(problems("", listen: ["hello@tcp:*:1", "echo@tcp:[::]:1"]).count == 1)
    }
}
