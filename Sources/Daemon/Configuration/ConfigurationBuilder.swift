import SocketServer

/// Parses the values of merged settings, and collects the errors.
struct ConfigurationBuilder {
    private(set) var configuration = Configuration()
    private(set) var origins = ConfigurationOrigins()
    private(set) var problems: [ConfigurationProblem] = []
    /// The origin of each name and each address, to report duplicates.
    private var names: [String: SettingOrigin] = [:]
    private var addresses: [ListenAddress: SettingOrigin] = [:]

    init(_ settings: Settings) {
        var configuration = Configuration()
        read(settings.values, by: Configuration.settings, into: &configuration)
        self.configuration = configuration
        origins.settings = settings.values.mapValues(\.origin)
        for listener in settings.listeners {
            add(listener)
        }
        if let reason = self.configuration.memoryProblem, let origin = origins.settings["memory_limit"] {
            problems.append(ConfigurationProblem(origin, reason))
        }
    }

    /// Parses the given values; an invalid one is a problem, and leaves the default.
    private mutating func read<Root>(
        _ values: [String: SettingText],
        by settings: [Setting<Root>],
        into root: inout Root
    ) {
        for setting in settings {
            guard let value = values[setting.key] else { continue }
            do throws(ValueError) {
                try setting.read(value.text, &root)
            } catch {
                problems.append(ConfigurationProblem(value.origin, error.description))
            }
        }
    }

    private mutating func add(_ settings: ListenerSettings) {
        let protocolName = settings.values[ListenerConfiguration.protocolKey]?.text ?? ""
        var listener = ListenerConfiguration(
            name: "",
            protocolName: "",
            address: nil,
            limits: configuration.limits(for: protocolName)
        )
        listener.hasGeneratedName = settings.isFlag
        requireKey(
            ListenerConfiguration.protocolKey,
            of: settings,
            "name one of: " + ProtocolRegistry.names.sorted().joined(separator: ", ")
        )
        if !settings.isFlag {
            requireKey(ListenerConfiguration.nameKey, of: settings, "give each listener a name of its own")
        }
        read(settings.values, by: ListenerConfiguration.settings, into: &listener)
        if settings.isFlag, !listener.protocolName.isEmpty {
            listener.name = ListenerConfiguration.freeName(like: listener.protocolName) { names[$0] != nil }
            names[listener.name] = settings.origin
        } else {
            noteName(listener.name, of: settings)
        }
        noteAddress(listener.address, of: settings)
        rejectMessageKeys(of: settings, protocolName: listener.protocolName)
        checkKind(listener, of: settings)
        checkProxies(listener, of: settings)
        checkAccess(listener, of: settings)
        requireRates(of: settings)
        checkTLS(listener, of: settings)
        configuration.listeners.append(listener)
        var places = settings.values.mapValues(\.origin)
        if settings.isFlag { places[ListenerConfiguration.nameKey] = settings.origin }
        origins.listeners.append(places)
    }

    /// Rejects the keys for log messages where the protocol has none.
    private mutating func rejectMessageKeys(of settings: ListenerSettings, protocolName: String) {
        guard let service = ProtocolRegistry.named(protocolName), service.format == nil else { return }
        let formats = ProtocolRegistry.all.filter { $0.format != nil }.map(\.name).joined(separator: ", ")
        for key in ListenerConfiguration.messageKeys {
            guard let origin = settings.values[key]?.origin else { continue }
            let reason = "is for log messages only (\(formats)), and this listener serves \(protocolName); remove it"
            problems.append(ConfigurationProblem(origin, reason))
        }
    }

    /// Rejects a burst without its rate, which would have no effect.
    private mutating func requireRates(of settings: ListenerSettings) {
        for (burst, rate) in [
            (ListenerConfiguration.messageBurstKey, ListenerConfiguration.messageRateKey),
            (ListenerConfiguration.byteBurstKey, ListenerConfiguration.byteRateKey),
        ] where !settings.has(rate) {
            guard let origin = settings.values[burst]?.origin else { continue }
            problems.append(ConfigurationProblem(origin, "has no effect without \(rate); give \(rate), too"))
        }
    }

    /// Rejects datagram sockets where the protocol needs a stream.
    private mutating func checkKind(_ listener: ListenerConfiguration, of settings: ListenerSettings) {
        guard let service = ProtocolRegistry.named(listener.protocolName), service.needsStream else { return }
        guard let address = listener.address, !address.isStream else { return }
        guard let origin = settings.values[ListenerConfiguration.addressKey]?.origin else { return }
        let reason = "\(listener.protocolName) needs a stream, and \(address) is none; write tcp: or unix:"
        problems.append(ConfigurationProblem(origin, reason))
    }

    /// Rejects a listener for proxies that names none, and proxies of a listener without PROXY headers or for datagrams.
    private mutating func checkProxies(_ listener: ListenerConfiguration, of settings: ListenerSettings) {
        let header = settings.values[ListenerConfiguration.proxyKey]?.origin
        let proxies = settings.values[ListenerConfiguration.proxiesKey]?.origin
        if listener.hasProxyHeader, let header {
            if ProtocolRegistry.named(listener.protocolName)?.isMetrics == true {
                problems.append(ConfigurationProblem(header, "is not for metrics; remove it"))
            }
            if proxies == nil {
                let reason = "needs trusted_proxies: the addresses of the proxies that may connect"
                problems.append(ConfigurationProblem(header, reason))
            }
            if let address = listener.address, !address.isStream {
                problems.append(ConfigurationProblem(header, "is for streams, and \(address) is none"))
            }
        } else if !listener.hasProxyHeader, let proxies {
            problems.append(ConfigurationProblem(proxies, "has no effect without proxy_protocol = true"))
        }
    }

    private mutating func noteName(_ name: String, of settings: ListenerSettings) {
        guard !name.isEmpty, let origin = settings.values[ListenerConfiguration.nameKey]?.origin else { return }
        if let first = names[name] {
            let reason = "same name as \(first.described(from: origin)); give each listener a name of its own"
            problems.append(ConfigurationProblem(origin, reason))
        }
        names[name] = names[name] ?? origin
    }

    /// Rejects a second listener with the same address, unless the kernel chooses the port.
    private mutating func noteAddress(_ address: ListenAddress?, of settings: ListenerSettings) {
        guard let address, !address.hasFreePort else { return }
        guard let origin = settings.values[ListenerConfiguration.addressKey]?.origin else { return }
        if let first = addresses[address] {
            let reason = "\(address) is also the address of \(first.described(from: origin)); change one"
            problems.append(ConfigurationProblem(origin, reason))
        }
        addresses[address] = addresses[address] ?? origin
    }

    /// Rejects mode and group for sockets without a file, and for systemd's, which are set in the socket unit.
    private mutating func checkAccess(_ listener: ListenerConfiguration, of settings: ListenerSettings) {
        if settings.hasAddress, listener.address == nil || listener.address?.path != nil { return }
        for key in [ListenerConfiguration.modeKey, ListenerConfiguration.groupKey] {
            guard let origin = settings.values[key]?.origin else { continue }
            let reason =
                settings.hasAddress
                ? "is for Unix sockets with a path, and the address is \(listener.address.map { "\($0)" } ?? "")"
                : "is for sockets that the daemon opens; set SocketMode= and SocketGroup= in the socket unit"
            problems.append(ConfigurationProblem(origin, reason))
        }
    }

    /// Rejects TLS that is not complete, or where there are no streams.
    private mutating func checkTLS(_ listener: ListenerConfiguration, of settings: ListenerSettings) {
        for fault in listener.tls.faults(at: listener.address, isGiven: settings.has) {
            let origin = settings.values[fault.key]?.origin ?? settings.origin
            problems.append(ConfigurationProblem(origin, fault.reason))
        }
        guard listener.tls.isOn, ProtocolRegistry.named(listener.protocolName)?.isMetrics == true else { return }
        let origin = settings.values[ListenerConfiguration.tlsKey]?.origin ?? settings.origin
        problems.append(ConfigurationProblem(origin, "is not for metrics, which are plain HTTP; use a proxy with TLS"))
    }

    private mutating func requireKey(_ key: String, of settings: ListenerSettings, _ advice: String) {
        guard !settings.has(key) else { return }
        problems.append(ConfigurationProblem(settings.origin, "has no \(key); \(advice)"))
    }
}

extension ListenAddress {
    /// The path of a Unix socket; nil for abstract and other sockets.
    var path: String? {
        switch self {
        case .unix(let path), .unixDatagram(let path): path.hasPrefix("@") ? nil : path
        case .tcp, .udp: nil
        }
    }

    /// Whether the kernel chooses the port.
    fileprivate var hasFreePort: Bool {
        switch self {
        case .tcp(_, let port), .udp(_, let port): port == 0
        case .unix, .unixDatagram: false
        }
    }
}
