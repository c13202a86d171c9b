import CLinux
import Glibc
import Linux
import LogBackends
import SocketServer
import Systemd

/// The sockets that the daemon serves, passed in by systemd or opened by itself.
struct Listeners {
    struct Listener {
        let configuration: ListenerConfiguration
        let service: Service
        let socket: Int32
        /// The actual address, with the port that the kernel chose.
        let address: ListenAddress
        let isOpenedByDaemon: Bool
        /// The file of a Unix socket that the daemon opened.
        let file: FileIdentity?
    }

    private(set) var all: [Listener] = []
    /// Configured listeners whose address is ignored, since systemd passed in a socket with their name.
    private(set) var withoutOwnAddress: [ListenerConfiguration] = []
    /// What systemd has kept of an earlier process; see `ConnectionStore`.
    let kept: [Int32]

    /// Takes over the passed sockets and opens the others.
    ///
    /// - Throws: the first socket that cannot be opened; the files of sockets opened before it are removed.
    init(_ configuration: Configuration) throws(StartError) {
        let (passed, kept) = try Self.passedIn()
        self.kept = kept
        let resolution: ListenerResolution
        do throws(ConfigurationError) {
            resolution = try ListenerResolution(
                of: configuration,
                passedIn: passed.map(\.name),
                protocols: ProtocolRegistry.names,
                startedBySystemd: ServiceManager.hasStartedThisProcess()
            )
        } catch {
            throw StartError(error.problems.map(\.description).joined(separator: "; "), error.exitCode)
        }
        withoutOwnAddress = resolution.replaced
        for (configuration, descriptor) in zip(resolution.passedIn, passed) {
            all.append(try Self.listener(configuration, descriptor.descriptor, isOpenedByDaemon: false))
        }
        do throws(StartError) {
            for configuration in resolution.opened {
                guard let address = configuration.address else { continue }
                all.append(try Self.listener(configuration, Self.open(configuration, address), isOpenedByDaemon: true))
            }
        } catch {
            removeFiles()
            throw error
        }
    }

    /// Whether systemd holds all sockets, and would start the daemon again for a client.
    var allPassedIn: Bool { !all.contains(where: \.isOpenedByDaemon) }

    /// Removes the files of Unix sockets that the daemon opened, except those that another process has replaced.
    func removeFiles() {
        for listener in all {
            guard let file = listener.file, let path = listener.address.path else { continue }
            if (try? FileIdentity(path: path)) == file { unlink(path) }
        }
    }

    /// - Returns: the sockets, and what systemd has kept.
    private static func passedIn() throws(StartError) -> ([ListenDescriptor], kept: [Int32]) {
        let descriptors: [ListenDescriptor]
        do throws(EnvironmentError) {
            descriptors = try ListenDescriptors.take()
        } catch {
            throw StartError("\(error)", .configuration)
        }
        let sockets = descriptors.filter { $0.name != ConnectionStore.name }
        for descriptor in sockets {
            if case .unsupported(let what) = descriptor.kind {
                let name = "descriptor \(descriptor.descriptor), \(descriptor.name)"
                throw StartError("systemd passed in \(name): \(what)", .configuration)
            }
        }
        return (sockets, descriptors.filter { $0.name == ConnectionStore.name }.map(\.descriptor))
    }

    private static func open(
        _ configuration: ListenerConfiguration,
        _ address: ListenAddress
    ) throws(StartError) -> Int32 {
        var access = SocketFileAccess(group: configuration.group?.id)
        access.mode = configuration.mode ?? access.mode
        do {
            return try ListeningSocket.open(address, access: access)
        } catch {
            guard error.errno.number == EAFNOSUPPORT, ServiceManager.hasStartedThisProcess() else {
                throw StartError("listener \(configuration.name): \(error)", StartError(error).exitCode)
            }
            let advice =
                "this service may not open network sockets: let a socket unit open it, or copy the drop-in own-ports.conf "
                + "(\"systemctl cat sockserved.service\" shows where it is)"
            throw StartError("listener \(configuration.name): \(error); \(advice)", .configuration)
        }
    }

    private static func listener(
        _ configuration: ListenerConfiguration,
        _ socket: Int32,
        isOpenedByDaemon: Bool
    ) throws(StartError) -> Listener {
        guard let service = ProtocolRegistry.named(configuration.protocolName) else {
            throw StartError(
                "listener \(configuration.name): no protocol \(configuration.protocolName)",
                .configuration
            )
        }
        guard let address = ListenAddress(of: socket) else {
            throw StartError("listener \(configuration.name): cannot find out its address", .unavailable)
        }
        if !address.isStream, let part = configuration.partForStreams ?? (service.needsStream ? service.name : nil) {
            let what = "listener \(configuration.name): \(part) needs a stream, and \(address) is none"
            let advice = "write ListenStream= in its socket unit; datagram sockets need a unit and a name of their own"
            throw StartError("\(what); \(advice)", .configuration)
        }
        return Listener(
            configuration: configuration,
            service: service,
            socket: socket,
            address: address,
            isOpenedByDaemon: isOpenedByDaemon,
            file: isOpenedByDaemon ? address.path.flatMap { try? FileIdentity(path: $0) } : nil
        )
    }
}

extension ListenerConfiguration {
    /// The key of a setting that only streams can have, if one is set.
    fileprivate var partForStreams: String? { tls.isOn ? Self.tlsKey : hasProxyHeader ? Self.proxyKey : nil }
}

extension Listeners.Listener {
    var isStream: Bool { address.isStream }

    /// Whether its clients have Internet addresses.
    var isInternet: Bool {
        switch address {
        case .tcp, .udp: true
        case .unix, .unixDatagram: false
        }
    }
}
