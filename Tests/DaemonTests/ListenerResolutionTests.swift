import Daemon
import SocketServer
import Testing

@Suite struct ListenerResolutionTests {
    private static let protocols = ["hello", "echo", "discard"]
    private let limits = ListenerLimits(idleTimeout: nil, maxConnections: 3)

    private func listener(_ name: String, _ protocolName: String, port: UInt16? = nil) -> ListenerConfiguration {
        let address = port.map { ListenAddress.tcp(host: "::1", port: $0) }
        return ListenerConfiguration(name: name, protocolName: protocolName, address: address, limits: limits)
    }

    private func resolve(
        _ listeners: [ListenerConfiguration],
        passedIn names: [String]
    ) throws(ConfigurationError) -> ListenerResolution {
        var configuration = Configuration()
        configuration.listeners = listeners
        return try ListenerResolution(of: configuration, passedIn: names, protocols: Self.protocols)
    }

    @Test func nothingAtAllIsHelloOnLoopback() throws {
        let resolution = try resolve([], passedIn: [])
        #expect(resolution.passedIn.isEmpty)
        #expect(resolution.opened == [.standard(limits: ListenerLimits())])
        #expect(resolution.opened.first?.address?.description == "tcp:127.0.0.1:12345")
        // A definition without an address opens nothing, and keeps its name.
        #expect(try resolve([listener("hello", "echo")], passedIn: []).opened.map(\.name) == ["hello-2"])
    }

    @Test func aNameThatIsConfiguredTakesProtocolAndLimitsFromThere() throws {
        let resolution = try resolve(
            [listener("echo", "discard"), listener("web", "echo")],
            passedIn: ["web", "echo"]
        )
        #expect(resolution.passedIn == [listener("web", "echo"), listener("echo", "discard")])
        #expect(resolution.opened.isEmpty)
    }

    @Test(arguments: [
        ("echo", "echo"), ("discard", "discard"), ("hello", "hello"), ("sockserved.socket", "hello"),
        ("unknown", "hello"), ("", "hello"),
    ])
    func otherNamesFollowFromSystemd(name: String, protocolName: String) throws {
        let resolution = try resolve([], passedIn: [name])
        #expect(resolution.passedIn.map(\.name) == [name])
        #expect(resolution.passedIn.map(\.protocolName) == [protocolName])
        #expect(resolution.passedIn.map(\.limits) == [ListenerLimits()])
        #expect(resolution.opened.isEmpty)
    }

    @Test(arguments: ["mysyslog.socket", "sockserved-udp.socket", ".socket"])
    func aSocketUnitWithoutANameOfOursIsRefused(name: String) {
        let error = #expect(throws: ConfigurationError.self) { try resolve([], passedIn: [name]) }
        #expect(error?.exitCode == .configuration)
        let text = error?.description ?? ""
        #expect(text.contains("set FileDescriptorName= in the [Socket] section of \(name) to a protocol"), "\(text)")
    }

    @Test func aServiceWithoutListenersIsAnError() throws {
        var configuration = Configuration()
        let resolve = {
            try ListenerResolution(of: $0, passedIn: $1, protocols: Self.protocols, startedBySystemd: true)
        }
        let error = #expect(throws: ConfigurationError.self) { try resolve(configuration, []) }
        #expect(error?.exitCode == .configuration)
        #expect(error?.description.contains("systemctl restart sockserved.service sockserved.socket") == true)
        #expect(try resolve(configuration, ["hello"]).passedIn.map(\.name) == ["hello"])
        // A definition without an address opens nothing.
        configuration.listeners = [listener("web", "echo")]
        #expect(throws: ConfigurationError.self) { try resolve(configuration, []) }
        configuration.listeners = [listener("web", "echo", port: 1)]
        #expect(try resolve(configuration, []).opened.map(\.name) == ["web"])
    }

    @Test func socketsForLogMessagesHaveNoIdleTimeoutUnlessItIsAskedFor() throws {
        let protocols = ["hello", "syslog"]
        var configuration = Configuration()
        let names = ["syslog", "hello"]
        var resolution = try ListenerResolution(of: configuration, passedIn: names, protocols: protocols)
        #expect(resolution.passedIn.map(\.limits.idleTimeout) == [nil, .seconds(60)])
        configuration.isIdleTimeoutSet = true
        resolution = try ListenerResolution(of: configuration, passedIn: names, protocols: protocols)
        #expect(resolution.passedIn.map(\.limits.idleTimeout) == [.seconds(60), .seconds(60)])
    }

    @Test func socketsOfOneUnitShareAName() throws {
        let names = ["sockserved.socket", "sockserved.socket", "echo"]
        #expect(try resolve([], passedIn: names).passedIn.map(\.name) == names)
    }

    @Test func configuredAddressesAreOpenedBesides() throws {
        let resolution = try resolve([listener("a", "echo", port: 1)], passedIn: ["hello"])
        #expect(resolution.opened == [listener("a", "echo", port: 1)])
        #expect(resolution.passedIn.map(\.name) == ["hello"])
    }

    @Test func aSocketTakesThePlaceOfTheListenerOfItsName() throws {
        let resolution = try resolve([listener("a", "echo", port: 1)], passedIn: ["a"])
        #expect(resolution.opened.isEmpty)
        #expect(resolution.passedIn == [listener("a", "echo")])
        #expect(resolution.replaced == [listener("a", "echo", port: 1)])
        #expect(try resolve([listener("a", "echo")], passedIn: ["a"]).replaced.isEmpty)
    }

    @Test func aGeneratedNameMatchesNoSocketAndGivesWay() throws {
        var flag = listener("hello", "hello", port: 1)
        flag.hasGeneratedName = true
        let resolution = try resolve([flag], passedIn: ["hello"])
        #expect(resolution.passedIn.map(\.limits) == [ListenerLimits()])
        #expect(resolution.opened.map(\.name) == ["hello-2"])
        #expect(resolution.opened.map(\.address) == [flag.address])
    }

    @Test func everyUnknownNameIsReportedWithTheKnownOnes() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try resolve(
                [listener("a", "echo"), listener("b", "echo", port: 1)],
                passedIn: ["x", "hello", "connection", "y"]
            )
        }
        #expect(error?.exitCode == .configuration)
        let problems = error?.problems.map(\.description) ?? []
        let known = "set FileDescriptorName= to a protocol (discard, echo, hello) or to a listener (a, b)"
        #expect(
            problems == [
                "systemd: passed in a socket named \"x\", which is not known; \(known)",
                "systemd: passed in a connection; set Accept=no in the socket unit",
                "systemd: passed in a socket named \"y\", which is not known; \(known)",
            ]
        )
    }
}
