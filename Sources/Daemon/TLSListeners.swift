import Glibc
import LogRecords
import SocketServer
import Systemd
import TLS

/// The certificates of the listeners with TLS: reads them at the start and at a reload, and watches their end.
struct TLSListeners {
    private struct Entry {
        let configuration: ListenerConfiguration
        let tls: ListenerTLS
        /// What was recorded of the certificate's end.
        var notice = CertificateNotice()
    }

    /// How often it is to be looked whether a certificate ends.
    private static let checkInterval = Duration.seconds(3600)

    private var entries: [Entry] = []

    /// When to look again for notices, and for another text of the status; nil: never.
    var nextCheck: ContinuousClock.Instant? { entries.isEmpty ? nil : .now + Self.checkInterval }

    /// Reads the files of all listeners with TLS.
    ///
    /// - Throws: what is wrong with a file, as a mistake in the configuration.
    init(_ listeners: [Listeners.Listener]) throws(StartError) {
        for listener in listeners where listener.configuration.tls.isOn {
            let configuration = listener.configuration
            // Sockets of one unit have one name, and one certificate.
            guard tls(of: configuration) == nil else { continue }
            do throws(TLSError) {
                guard let context = try Self.read(configuration) else { continue }
                entries.append(Entry(configuration: configuration, tls: ListenerTLS(context)))
            } catch {
                throw StartError("listener \(configuration.name): \(error)", .configuration)
            }
        }
    }

    /// The TLS of a listener; nil where it has none.
    func tls(of listener: ListenerConfiguration) -> ListenerTLS? {
        listener.tls.isOn ? entries.first { $0.configuration == listener }?.tls : nil
    }

    /// All listeners with TLS, by name.
    var all: [(listener: String, tls: ListenerTLS)] { entries.map { ($0.configuration.name, $0.tls) } }

    /// Reads all files again.
    ///
    /// A listener whose files are not good keeps what it has.
    ///
    /// - Returns: these listeners, and what is wrong.
    mutating func reload() -> [(listener: ListenerConfiguration, fault: String)] {
        var faults: [(listener: ListenerConfiguration, fault: String)] = []
        for index in entries.indices {
            let listener = entries[index].configuration
            do throws(TLSError) {
                guard let context = try Self.read(listener) else { continue }
                if let fault = context.validity.fault(at: time(nil)) {
                    throw TLSError("cannot use the certificate", listener.tls.certificate, fault)
                }
                entries[index].tls.replace(with: context)
                entries[index].notice = CertificateNotice()
            } catch {
                faults.append((listener, "\(error)"))
            }
        }
        return faults
    }

    private static func read(_ listener: ListenerConfiguration) throws(TLSError) -> TLSContext? {
        let credentials = Environment.value("CREDENTIALS_DIRECTORY")
        guard let options = try listener.tls.options(credentials: credentials) else { return nil }
        return try TLSContext(options)
    }

    /// Takes the notices about certificates that end: one when it is soon, and one when they have ended.
    mutating func takeNotices() -> [(listener: ListenerConfiguration, text: String, hasEnded: Bool)] {
        let now = time(nil)
        var notices: [(listener: ListenerConfiguration, text: String, hasEnded: Bool)] = []
        for index in entries.indices {
            let validity = entries[index].tls.context.validity
            guard let text = entries[index].notice.take(of: validity, at: now) else { continue }
            notices.append((entries[index].configuration, text, now > validity.ends))
        }
        return notices
    }

    /// For the status: the certificates that end within 30 days, or have ended.
    var statusText: String? {
        let now = time(nil)
        let parts = entries.compactMap { entry in
            CertificateNotice.text(of: entry.tls.context.validity, at: now).map {
                "\(entry.configuration.name)'s \($0)"
            }
        }
        return parts.isEmpty ? nil : "certificates: " + parts.joined(separator: ", ")
    }
}
