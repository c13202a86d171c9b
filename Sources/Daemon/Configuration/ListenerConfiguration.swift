package import LogBackends
package import SocketServer

/// One listener as configured.
package struct ListenerConfiguration: Sendable, Equatable {
    package var name: String
    package var protocolName: String
    package var address: ListenAddress?
    package var limits: ListenerLimits
    /// What becomes of the facility and the severity that senders claim.
    package var policy = RecordPolicy()
    /// What stands in front of senders' messages; nil: what the configuration has for all listeners.
    package var identifier: IdentifierFormat?
    /// Who may connect to a Unix socket that the daemon opens; nil: as `SocketFileAccess` has it.
    package var mode: UInt32?
    package var group: UserGroup?
    /// Whether the name was made up, for a `--listen`: no socket that is passed in means this listener by it.
    package var hasGeneratedName = false

    package init(name: String, protocolName: String, address: ListenAddress?, limits: ListenerLimits) {
        self.name = name
        self.protocolName = protocolName
        self.address = address
        self.limits = limits
    }

    /// What is opened when nothing is configured and nothing passed in: `hello@tcp:127.0.0.1:12345`.
    package static func standard(name: String = "hello", limits: ListenerLimits) -> ListenerConfiguration {
        let address = ListenAddress.tcp(host: "127.0.0.1", port: 12345)
        return ListenerConfiguration(name: name, protocolName: "hello", address: address, limits: limits)
    }

    /// The name itself, or with the first of `-2`, `-3`, ... that makes it one that is not taken.
    static func freeName(like name: String, isTaken: (String) -> Bool) -> String {
        var candidate = name
        var number = 1
        while isTaken(candidate) {
            number += 1
            candidate = "\(name)-\(number)"
        }
        return candidate
    }
}
