import SocketServer

/// Reads the values of merged settings, and collects what is wrong with them.
struct ConfigurationBuilder {
    private let protocols: [String]
    private(set) var configuration = Configuration()
    private(set) var problems: [ConfigurationProblem] = []
    /// Where each name and each address was given, to tell of duplicates.
    private var names: [String: SettingOrigin] = [:]
    private var addresses: [ListenAddress: SettingOrigin] = [:]

    init(_ settings: Settings, protocols: [String]) {
        self.protocols = protocols.sorted()
        for key in SettingKey.allCases {
            guard let setting = settings.values[key] else { continue }
            do throws(ValueError) {
                try SettingValues.set(key, setting.text, in: &configuration)
            } catch {
                problems.append(ConfigurationProblem(setting.origin, error.description))
            }
        }
        for listener in settings.listeners {
            add(listener)
        }
    }

    private mutating func add(_ settings: ListenerSettings) {
        let known = protocols
        let protocolName = value(.protocolName, of: settings) { text throws(ValueError) in
            try SettingValues.choice(text, "protocol", known.map { ($0, $0) })
        }
        requireKey(.protocolName, of: settings, "name one of: " + known.joined(separator: ", "))
        let address = value(.address, of: settings, SettingValues.address)
        noteAddress(address, of: settings)
        var limits = configuration.limits(speaking: protocolName ?? "")
        limits.idleTimeout = value(.idleTimeout, of: settings, SettingValues.idleTimeout) ?? limits.idleTimeout
        limits.maxConnections =
            value(.maxConnections, of: settings, SettingValues.maxConnections) ?? limits.maxConnections
        limits.messageLimit = value(.messageLimit, of: settings, SettingValues.messageLimit) ?? limits.messageLimit
        let name = name(of: settings, speaking: protocolName)
        guard let name, let protocolName else { return }
        var listener = ListenerConfiguration(
            name: name,
            protocolName: protocolName,
            address: address,
            limits: limits
        )
        listener.isNameMadeUp = settings.isFlag
        configuration.listeners.append(listener)
    }

    /// The name that a file gives; for a flag one made from the protocol's.
    private mutating func name(of settings: ListenerSettings, speaking protocolName: String?) -> String? {
        if settings.isFlag {
            guard let protocolName else { return nil }
            let name = ListenerConfiguration.freeName(like: protocolName) { names[$0] != nil }
            names[name] = settings.origin
            return name
        }
        requireKey(.name, of: settings, "give each listener a name of its own")
        guard let name = value(.name, of: settings, SettingValues.listenerName) else { return nil }
        guard let origin = settings.values[.name]?.origin else { return nil }
        if let first = names[name] {
            problems.append(
                ConfigurationProblem(
                    origin,
                    "\"\(name)\" is taken already by \(first.shortDescription); names must differ"
                )
            )
        }
        names[name] = names[name] ?? origin
        return name
    }

    /// Two listeners cannot have one address, but for those whose port the kernel chooses.
    private mutating func noteAddress(_ address: ListenAddress?, of settings: ListenerSettings) {
        guard let address, !address.hasFreePort, let origin = settings.values[.address]?.origin else { return }
        if let first = addresses[address] {
            problems.append(
                ConfigurationProblem(origin, "\"\(address)\" is taken already by \(first.shortDescription); change one")
            )
        }
        addresses[address] = addresses[address] ?? origin
    }

    private mutating func requireKey(_ key: ListenerKey, of settings: ListenerSettings, _ advice: String) {
        guard settings.values[key] == nil, !settings.unreadable.contains(key) else { return }
        problems.append(ConfigurationProblem(settings.origin, "has no \(key.rawValue); \(advice)"))
    }

    /// What the value says; nil when there is none, and nil and a problem when it is wrong.
    private mutating func value<Value>(
        _ key: ListenerKey,
        of settings: ListenerSettings,
        _ read: (String) throws(ValueError) -> Value
    ) -> Value? {
        guard let setting = settings.values[key] else { return nil }
        do throws(ValueError) {
            return try read(setting.text)
        } catch {
            problems.append(ConfigurationProblem(setting.origin, error.description))
            return nil
        }
    }
}

extension ListenAddress {
    /// Whether the kernel chooses the port.
    fileprivate var hasFreePort: Bool {
        switch self {
        case .tcp(_, let port), .udp(_, let port): port == 0
        case .unix, .unixDatagram: false
        }
    }
}
