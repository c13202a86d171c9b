import Linux
import LogBackends
import LogRecords
import SocketServer
import Synchronization
import Systemd

/// The running parts and their connections: listeners, server, pipeline, backend.
final class Daemon {
    let listeners: Listeners
    let pipeline: LogPipeline
    let server: SocketServer
    /// Where connections wait from one process to the next.
    let connections: ConnectionStore
    let notifier = Notifier()
    /// Makes the daemon's own records; for the main thread.
    let recorder: Recorder
    /// The backend that was chosen at the start.
    let backendKind: BackendKind
    /// The configuration at the start: the settings that a reload cannot change keep its values.
    private let startConfiguration: Configuration
    private(set) var configuration: Configuration
    private(set) var backend: any LogBackend
    private(set) var certificates: TLSListeners

    /// Opens the backend and the listeners, and begins to serve.
    ///
    /// - Throws: the first part that could not be opened or started.
    init(_ configuration: Configuration) throws(StartError) {
        startConfiguration = Self.resolved(configuration)
        self.configuration = configuration
        backendKind = BackendFactory.kind(for: configuration)
        backend = BackendFactory.make(backendKind, configuration)
        do throws(SystemError) {
            pipeline = try LogPipeline(backend: backend, capacity: configuration.queueSize)
        } catch {
            throw StartError(error)
        }
        listeners = try Listeners(configuration)
        do throws(StartError) {
            certificates = try TLSListeners(listeners.all)
        } catch {
            listeners.removeFiles()
            throw error
        }
        let producer = pipeline.makeProducer {}
        recorder = Recorder(producer: producer, threshold: configuration.logLevel)
        do {
            try pipeline.start()
            server = try SocketServer(
                pipeline: pipeline,
                threads: configuration.threads,
                threshold: configuration.logLevel,
                memory: configuration.threadMemory
            )
        } catch {
            throw StartError("cannot start a thread: \(error)", .unavailable)
        }
        connections = ConnectionStore(kept: listeners.kept, notifier: notifier)
        if areRecordsIn(.stderr) { StandardError.isTaken.store(true, ordering: .relaxed) }
        recordStart()
        warnOfRateLimit()
        checkCertificates()
        recordAddressesWithoutUse()
        serve()
    }

    /// The most connections of a listener for the metrics: none of them is needed for long.
    private static let metricsConnections = 16

    private func makeStream(_ listener: Listeners.Listener, _ metricsConnections: Int) -> StreamListener {
        var limits = listener.configuration.limits
        guard listener.service.isMetrics else {
            return StreamListener(
                name: listener.configuration.name,
                service: listener.service,
                limits: limits,
                policy: listener.configuration.policy,
                tls: certificates.tls(of: listener.configuration),
                trustedProxies: listener.configuration.hasProxyHeader ? listener.configuration.trustedProxies : nil
            )
        }
        limits.maxConnections = min(limits.maxConnections, metricsConnections)
        let responder = MetricsResponder(
            server: server.metrics,
            pipeline: pipeline,
            queueSize: configuration.queueSize,
            backend: backendKind.rawValue,
            certificates: certificates.all
        )
        return StreamListener(
            name: listener.configuration.name,
            service: listener.service,
            limits: limits,
            responder: responder.respond
        )
    }

    private func serve() {
        let room = OpenFileLimit.connections(threads: configuration.threads)
        // They have descriptors of their own, so that the metrics can be had when all others are in use.
        let metricsConnections = max(1, min(Self.metricsConnections, room / 4))
        let forMetrics = listeners.all.count { $0.service.isMetrics } * metricsConnections
        // Those that go on have their descriptors already.
        let limit = UInt(max(1, room - forMetrics)) + UInt(connections.received.count)
        server.limitConnections(to: Int(clamping: limit))
        let streams = listeners.all.filter(\.isStream).map { listener in
            (listener: listener, stream: makeStream(listener, metricsConnections))
        }
        resumeConnections(streams)
        for (listener, stream) in streams { server.accept(stream, on: listener.socket) }
        for listener in listeners.all where !listener.isStream {
            server.receive(
                DatagramSocket(
                    name: listener.configuration.name,
                    service: listener.service,
                    descriptor: listener.socket,
                    isOpenedByDaemon: listener.isOpenedByDaemon,
                    earlierDrops: connections.drops(of: listener.socket),
                    limits: listener.configuration.limits,
                    policy: listener.configuration.policy
                )
            )
        }
        server.waitUntilServing()
    }

    /// Goes on with the connections of the earlier process, each at the listener of its name.
    private func resumeConnections(_ streams: [(listener: Listeners.Listener, stream: StreamListener)]) {
        var rest = connections.received
        var lost = connections.lost
        // A plain connection is not for a listener that has TLS now.
        for (listener, stream) in streams where listener.service.format != nil && !listener.configuration.tls.isOn {
            // Sockets of several addresses may share the name, and the settings with it.
            let isAtListener = { (connection: Handover.Connection) in
                let otherEnd = connection.state.proxy ?? connection.state.peer
                return connection.state.listener == stream.name && otherEnd.isInternet == listener.isInternet
            }
            server.resume(rest.filter(isAtListener), of: stream)
            rest.removeAll(where: isAtListener)
        }
        for connection in rest {
            Handover.reset(connection.descriptor)
            lost["no listener \(connection.state.listener) takes messages now", default: 0] += 1
        }
        for (reason, count) in lost.sorted(by: { $0.key < $1.key }) {
            record(.connectionsReset, .warning) { record in
                record.append("\(count) connections of the previous process were reset: \(reason)")
            }
        }
    }

    /// Applies a changed configuration, except for the settings that take effect at a restart.
    ///
    /// The output is opened again; the old one is in use until then.
    ///
    /// - Returns: the changed keys that take effect at a restart.
    /// - Throws: the error of the new output; then nothing is changed.
    func apply(_ new: Configuration) throws(SystemError) -> [String] {
        // Listeners do not change, nor do their identifiers.
        var output = new
        output.listeners = startConfiguration.listeners
        let newBackend = BackendFactory.make(backendKind, output)
        try pipeline.replaceBackend(with: newBackend)
        backend = newBackend
        server.setThreshold(new.logLevel)
        recorder.threshold = new.logLevel
        configuration = new
        reloadCertificates()
        return Self.resolved(new).changesForRestart(from: startConfiguration)
    }

    /// The configuration with the chosen backend instead of `auto`, for comparisons.
    private static func resolved(_ configuration: Configuration) -> Configuration {
        var configuration = configuration
        configuration.logBackend = BackendFactory.kind(for: configuration)
        return configuration
    }

    /// Whether records go to that stream, or to the other stream while both are the same file.
    func areRecordsIn(_ stream: BackendKind) -> Bool {
        backendKind == stream || (backendKind == .stdout || backendKind == .stderr) && StandardStreams.areOneFile
    }

    private func recordStart() {
        record(.daemonStarted, .informational) { record in
            record.append("sockserved \(Version.text) started; records go to \(backend.summary)")
        }
        for listener in listeners.all {
            let configuration = listener.configuration
            record(.listenerStarted, .informational, configuration.origin) { record in
                record.append(
                    "Listener \(configuration.name) serves \(configuration.protocolName) at \(listener.address)"
                )
                if configuration.tls.isOn { record.append(" with TLS") }
            }
        }
    }

    // MARK: certificates

    /// Records the notices about certificates that end.
    func checkCertificates() {
        for notice in certificates.takeNotices() {
            record(.certificateEnds, notice.hasEnded ? .error : .warning, notice.listener.origin) { record in
                record.append("Listener \(notice.listener.name)'s \(notice.text)")
            }
        }
    }

    private func reloadCertificates() {
        for (listener, fault) in certificates.reload() {
            record(.certificateRejected, .error, listener.origin) { record in
                record.append("Listener \(listener.name) keeps its certificate: \(fault)")
            }
        }
        checkCertificates()
    }

    private func recordAddressesWithoutUse() {
        for listener in listeners.withoutOwnAddress {
            guard let address = listener.address else { continue }
            record(.listenerAddressIgnored, .notice, listener.origin) { record in
                let reason = "systemd passed a socket of that name"
                record.append("Address \(address) of listener \(listener.name) not used, \(reason)")
            }
        }
    }

    /// Makes a record of the daemon itself, and hands it over at once.
    func record(
        _ event: Event,
        _ severity: Severity,
        _ origin: Origin? = nil,
        _ fill: (inout LogRecord) -> Void
    ) {
        recorder.record(event, severity, origin, fill)
        recorder.flush()
    }
}

extension ListenerConfiguration {
    /// The origin of records about the listener itself.
    fileprivate var origin: Origin {
        Origin(protocolName: protocolName, listener: name, peer: nil, connection: nil)
    }
}
