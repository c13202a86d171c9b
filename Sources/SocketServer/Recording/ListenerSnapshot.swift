/// The counts of one listener at one moment; sockets of the same name are one.
package struct ListenerSnapshot: Sendable {
    package let name: String
    package let protocolName: String
    package internal(set) var messages = MessageCounts()
    /// Connections that are open.
    package internal(set) var open = 0
    /// Connections that were accepted.
    package internal(set) var accepted: UInt64 = 0
    /// Of these, connections that were refused.
    package internal(set) var refused = ReasonCounts<RefusalReason>()
    /// TLS handshakes.
    package internal(set) var handshakes = ReasonCounts<HandshakeResult>()

    init(name: String, protocolName: String) {
        self.name = name
        self.protocolName = protocolName
    }

    static func += (snapshot: inout ListenerSnapshot, more: ListenerSnapshot) {
        snapshot.messages += more.messages
        snapshot.open &+= more.open
        snapshot.accepted &+= more.accepted
        snapshot.refused += more.refused
        snapshot.handshakes += more.handshakes
    }
}
