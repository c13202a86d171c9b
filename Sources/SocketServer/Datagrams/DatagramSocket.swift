/// A bound datagram socket and what it serves.
package struct DatagramSocket: Sendable {
    package let name: String
    package let service: Service
    package let descriptor: Int32
    /// Whether the daemon opened it, so that unread datagrams are lost when it closes.
    package let isOpenedByDaemon: Bool
    /// How many datagrams the kernel had dropped at it when an earlier process ended, which has reported those.
    package let earlierDrops: UInt32
    let limits: ListenerLimits
    let policy: RecordPolicy
    let metrics: ListenerMetrics

    package init(
        name: String,
        service: Service,
        descriptor: Int32,
        isOpenedByDaemon: Bool,
        earlierDrops: UInt32 = 0,
        limits: ListenerLimits = ListenerLimits(),
        policy: RecordPolicy = RecordPolicy()
    ) {
        self.name = name
        self.service = service
        self.descriptor = descriptor
        self.isOpenedByDaemon = isOpenedByDaemon
        self.earlierDrops = earlierDrops
        self.limits = limits
        self.policy = policy
        metrics = ListenerMetrics(name: name, protocolName: service.name)
    }
}
