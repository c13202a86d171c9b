/// A bound datagram socket and what it serves.
package struct DatagramSocket: Sendable {
    package let name: String
    package let service: Service
    package let descriptor: Int32
    /// Whether the daemon opened it, so that unread datagrams are lost when it closes.
    package let isOpenedByDaemon: Bool
    /// How many bytes of one log message are kept.
    package let messageLimit: Int
    let policy: RecordPolicy
    let metrics: ListenerMetrics

    package init(
        name: String,
        service: Service,
        descriptor: Int32,
        isOpenedByDaemon: Bool,
        messageLimit: Int = 1 << 20,
        policy: RecordPolicy = RecordPolicy()
    ) {
        self.name = name
        self.service = service
        self.descriptor = descriptor
        self.isOpenedByDaemon = isOpenedByDaemon
        self.messageLimit = messageLimit
        self.policy = policy
        metrics = ListenerMetrics(name: name, protocolName: service.name)
    }
}
