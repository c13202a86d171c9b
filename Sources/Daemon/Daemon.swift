import Linux
import LogBackends
import LogRecords
import SocketServer
import Synchronization

/// The running parts, put together: listeners, server, pipeline, backend.
final class Daemon {
    let listeners: Listeners
    let pipeline: LogPipeline
    let server: SocketServer
    /// Records of the daemon itself; for the main thread.
    let recorder: Recorder
    /// Which backend was chosen, once, at the start.
    let backendKind: BackendKind
    /// What is in force until the next start, as far as a reload cannot change it.
    private let startConfiguration: Configuration
    private(set) var configuration: Configuration
    private(set) var backend: any LogBackend

    /// Opens everything and begins to serve.
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
        let producer = pipeline.makeProducer {}
        recorder = Recorder(producer: producer, threshold: configuration.logLevel)
        do {
            try pipeline.start()
            server = try SocketServer(
                pipeline: pipeline,
                threads: configuration.threads,
                threshold: configuration.logLevel
            )
        } catch {
            throw StartError("cannot start a thread: \(error)", .unavailable)
        }
        if areRecordsIn(.stderr) { StandardError.isTaken.store(true, ordering: .relaxed) }
        recordStart()
        warnOfRateLimit()
        recordAddressesWithoutUse()
        serve()
    }

    private func serve() {
        server.limitConnections(to: OpenFileLimit.connections(threads: configuration.threads))
        for listener in listeners.all {
            let name = listener.configuration.name
            if listener.isStream {
                let stream = StreamListener(
                    name: name,
                    service: listener.service,
                    limits: listener.configuration.limits,
                    policy: listener.configuration.policy
                )
                server.accept(stream, on: listener.socket)
            } else {
                server.receive(
                    DatagramSocket(
                        name: name,
                        service: listener.service,
                        descriptor: listener.socket,
                        isOpenedByDaemon: listener.isOpenedByDaemon,
                        messageLimit: listener.configuration.limits.messageLimit,
                        policy: listener.configuration.policy
                    )
                )
            }
        }
        server.waitUntilServing()
    }

    /// Puts a changed configuration in force, as far as a running daemon can.
    ///
    /// The output is opened anew, and the old one used until the new one is there.
    ///
    /// - Returns: the keys that take a restart to change.
    func apply(_ new: Configuration) throws(SystemError) -> [String] {
        // Listeners stay as they are, and so do their identifiers.
        var output = new
        output.listeners = startConfiguration.listeners
        let newBackend = BackendFactory.make(backendKind, output)
        try pipeline.replaceBackend(with: newBackend)
        backend = newBackend
        server.setThreshold(new.logLevel)
        recorder.threshold = new.logLevel
        configuration = new
        return Self.resolved(new).changesForRestart(from: startConfiguration)
    }

    /// The configuration with the backend that is chosen, so that `auto` does not differ from what it stands for.
    private static func resolved(_ configuration: Configuration) -> Configuration {
        var configuration = configuration
        configuration.logBackend = BackendFactory.kind(for: configuration)
        return configuration
    }

    /// Whether records go to that stream, or to the other one while both are one file.
    func areRecordsIn(_ stream: BackendKind) -> Bool {
        backendKind == stream || (backendKind == .stdout || backendKind == .stderr) && StandardStreams.areOneFile
    }

    private func recordStart() {
        record(.daemonStarted, .informational) { record in
            record.append("sockserved \(Version.text) started; records go to \(backend.summary)")
        }
        for listener in listeners.all {
            let configuration = listener.configuration
            let origin = Origin(
                protocolName: configuration.protocolName,
                listener: configuration.name,
                peer: nil,
                connection: nil
            )
            record(.listenerStarted, .informational, origin) { record in
                record.append(
                    "Listener \(configuration.name) serves \(configuration.protocolName) at \(listener.address)"
                )
            }
        }
    }

    private func recordAddressesWithoutUse() {
        for listener in listeners.withoutOwnAddress {
            guard let address = listener.address else { continue }
            let origin = Origin(
                protocolName: listener.protocolName,
                listener: listener.name,
                peer: nil,
                connection: nil
            )
            record(.listenerAddressIgnored, .notice, origin) { record in
                let reason = "systemd passed a socket of that name"
                record.append("Address \(address) of listener \(listener.name) not used, \(reason)")
            }
        }
    }

    /// Makes a record of the daemon itself, and sends it on its way.
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
