import Foundation

/// rsyslog as it is installed here.
package enum Rsyslog {
    package static let program = BuiltProgram.firstExecutable("/usr/sbin/rsyslogd")

    /// The directories that its modules may be in, each named after a machine.
    package static let moduleDirectories: [String] = {
        let machines = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        return machines.map { "/usr/lib/\($0)/rsyslog" }
    }()

    /// Why omrelp cannot be used here; nil when it can.
    package static let obstacleToRELP: String? = {
        guard program != nil else { return "rsyslog is not installed" }
        let hasModule = moduleDirectories.contains { FileManager.default.fileExists(atPath: "\($0)/omrelp.so") }
        return hasModule ? nil : "rsyslog-relp is not installed"
    }()

    /// Makes a configuration by which omrelp sends the lines of a file.
    ///
    /// - Parameters:
    ///   - lines: the path of the file.
    ///   - options: further parameters of its input.
    ///   - port: where a server on this host listens.
    ///   - library: librelp's name of the library for TLS, with the client's certificate; nil: the stream is plain.
    ///   - directory: where the state is kept.
    /// - Returns: the text of the configuration.
    /// - Throws: why there are no certificates.
    package static func relpConfiguration(
        sending lines: String,
        _ options: String = "",
        to port: Int,
        withTLSBy library: String? = nil,
        in directory: String
    ) throws -> String {
        let module = library.map { "tls.tlslib=\"\($0)\"" } ?? ""
        let action = library == nil ? "" : try tlsParameters
        return """
            global(workDirectory="\(directory)")
            main_queue(queue.type="Direct")
            module(load="imfile" mode="inotify")
            module(load="omrelp" \(module))
            ruleset(name="relp" queue.type="Direct") {
                action(type="omrelp" target="127.0.0.1" port="\(port)" template="RSYSLOG_SyslogProtocol23Format"
                       action.resumeRetryCount="-1" action.resumeInterval="1" \(action))
            }
            input(type="imfile" file="\(lines)" tag="lines" ruleset="relp" \(options))

            """
    }

    private static var tlsParameters: String {
        get throws {
            let certificates = try Certificates.shared.get()
            return """
                tls="on" tls.cacert="\(certificates.certificate("ca"))" tls.mycert="\(certificates.certificate("client"))"
                tls.myprivkey="\(certificates.key("client"))" tls.authmode="name" tls.permittedpeer=["localhost"]
                """
        }
    }
}
