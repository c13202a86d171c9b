import LogRecords
import Synchronization

/// What the connections of one stream listener share, whichever thread they live on.
package final class StreamListener: Sendable {
    package let name: String
    package let spoken: any SocketProtocol
    package let limits: ListenerLimits
    let idleTimeoutText: String

    private let open = Atomic<Int>(0)

    package init(name: String, spoken: any SocketProtocol, limits: ListenerLimits) {
        self.name = name
        self.spoken = spoken
        self.limits = limits
        self.idleTimeoutText = limits.idleTimeout?.secondsText ?? ""
    }

    /// Takes a connection's place, if there is one left.
    func takePlace() -> Bool {
        guard open.wrappingAdd(1, ordering: .relaxed).newValue > limits.maxConnections else { return true }
        givePlaceBack()
        return false
    }

    func givePlaceBack() {
        open.wrappingSubtract(1, ordering: .relaxed)
    }
}
