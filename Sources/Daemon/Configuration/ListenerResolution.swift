import SocketServer

/// The match of configured listeners with the sockets that systemd passed in.
package struct ListenerResolution: Sendable, Equatable {
    /// The listeners of the passed-in sockets, in their order; the addresses are nil.
    ///
    /// Sockets with the same name, as of a unit with several `ListenStream=`, are listeners with the same name.
    package var passedIn: [ListenerConfiguration] = []
    /// The listeners that the daemon opens: those with an address, except for names that were passed in.
    package var opened: [ListenerConfiguration] = []
    /// The listeners with an address whose name was passed in, so that the address is ignored.
    package var replaced: [ListenerConfiguration] = []

    /// Matches configured listeners with the names of the sockets that were passed in.
    ///
    /// A socket with the name of a configured listener gets its protocol and limits; the name of a protocol selects that
    /// protocol; `sockserved.socket`, the name of a socket unit without `FileDescriptorName=` (systemd.socket(5)), selects
    /// `hello`.
    ///
    /// - Parameters:
    ///   - configuration: the settings, with the configured listeners.
    ///   - names: `LISTEN_FDNAMES`, or `unknown` for each socket that came without a name; see sd_listen_fds(3).
    ///   - protocols: the names of the available protocols.
    ///   - startedBySystemd: the daemon started by hand serves hello where there is nothing else; a service does not.
    /// - Throws: every unknown name, with the known ones; a service without a listener.
    package init(
        of configuration: Configuration,
        passedIn names: [String],
        protocols: [String],
        startedBySystemd: Bool = false
    ) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        let named = configuration.listeners.filter { !$0.hasGeneratedName }
        for name in names {
            if let defined = named.first(where: { $0.name == name }) {
                passedIn.append(Self.passedIn(defined))
            } else if protocols.contains(name) {
                passedIn.append(Self.listener(name, name, configuration.limits(for: name)))
            } else if Self.isDefault(name) {
                passedIn.append(Self.listener(name, "hello", configuration.limits))
            } else {
                problems.append(Self.unknown(name, named.map(\.name), protocols))
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        opened = configuration.listeners.filter {
            $0.address != nil && ($0.hasGeneratedName || !names.contains($0.name))
        }
        replaced = named.filter { $0.address != nil && names.contains($0.name) }
        for index in opened.indices where names.contains(opened[index].name) {
            opened[index].name = ListenerConfiguration.freeName(like: opened[index].name) { name in
                names.contains(name) || configuration.listeners.contains { $0.name == name }
            }
        }
        if passedIn.isEmpty && opened.isEmpty {
            guard !startedBySystemd else { throw ConfigurationError([Self.nothingToServe]) }
            let name = ListenerConfiguration.freeName(like: "hello") { name in
                configuration.listeners.contains { $0.name == name }
            }
            opened = [.standard(name: name, limits: configuration.limits)]
        }
    }

    /// The configured listener without its address, since systemd has opened the socket.
    private static func passedIn(_ defined: ListenerConfiguration) -> ListenerConfiguration {
        var listener = defined
        listener.address = nil
        return listener
    }

    private static func listener(
        _ name: String,
        _ protocolName: String,
        _ limits: ListenerLimits
    ) -> ListenerConfiguration {
        ListenerConfiguration(name: name, protocolName: protocolName, address: nil, limits: limits)
    }

    /// Whether the socket is that of the hello unit, or was passed in without a name.
    private static func isDefault(_ name: String) -> Bool {
        ["sockserved.socket", "unknown", ""].contains(name)
    }

    /// For a service without an enabled socket, or after "systemctl edit" of a socket that is not open yet.
    private static let nothingToServe = ConfigurationProblem(
        .systemd,
        "passed in no socket, and no listener with an address is configured; enable a socket unit "
            + "(\"systemctl enable sockserved.socket\"), then, and whenever it was edited, run "
            + "\"systemctl restart sockserved.service sockserved.socket\""
    )

    private static func unknown(_ name: String, _ names: [String], _ protocols: [String]) -> ConfigurationProblem {
        guard name != "connection" else {
            return ConfigurationProblem(.systemd, "passed in a connection; set Accept=no in the socket unit")
        }
        let listeners =
            names.isEmpty
            ? ", or add a [[listener]] of that name" : " or to a listener (\(names.joined(separator: ", ")))"
        // Without FileDescriptorName=, systemd names a socket after its unit.
        let place = name.hasSuffix(".socket") ? " in the [Socket] section of \(name)" : ""
        let reason =
            "passed in a socket named \"\(name)\", which is not known; set FileDescriptorName=\(place) to a protocol "
        return ConfigurationProblem(.systemd, reason + "(\(protocols.sorted().joined(separator: ", ")))" + listeners)
    }
}
