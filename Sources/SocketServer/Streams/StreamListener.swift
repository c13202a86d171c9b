package import LogFormats
import LogRecords
import Synchronization

/// The state that the connections of one stream listener share, on all threads.
package final class StreamListener: Sendable {
    package let name: String
    package let service: Service
    package let limits: ListenerLimits
    let policy: RecordPolicy
    let idleTimeoutText: String
    /// Nil: connections are plain.
    let tls: ListenerTLS?

    let metrics: ListenerMetrics
    /// Nil where a source may have as many connections as there are places.
    let sourceConnections: SourceConnections?
    /// Nil where sources may send as much as they like.
    let sourceRates: SharedSourceRates?
    /// The proxies that name their clients by a PROXY header; nil where connections have none.
    let trustedProxies: ProxyTrust?
    private let responder: (@Sendable (_ path: String) -> HTTPResponse)?
    private let open = Atomic<Int>(0)

    /// Makes a listener without connections.
    ///
    /// - Parameters:
    ///   - name: the name in records.
    ///   - service: the protocol.
    ///   - limits: what its connections may take.
    ///   - policy: what is made of senders' claims.
    ///   - tls: the certificates; nil: streams are plain.
    ///   - trustedProxies: proxies, each of whose connections begins with a PROXY header; nil: connections have none.
    ///   - responder: answers HTTP requests, for the metrics only. Called on all threads.
    package init(
        name: String,
        service: Service,
        limits: ListenerLimits,
        policy: RecordPolicy = RecordPolicy(),
        tls: ListenerTLS? = nil,
        trustedProxies: ProxyTrust? = nil,
        responder: (@Sendable (_ path: String) -> HTTPResponse)? = nil
    ) {
        self.name = name
        self.service = service
        self.limits = limits
        self.policy = policy
        self.metrics = ListenerMetrics(name: name, protocolName: service.name)
        sourceConnections = limits.maxConnectionsPerSource.map(SourceConnections.init)
        sourceRates = limits.sourceRates.map(SharedSourceRates.init)
        self.tls = tls
        self.trustedProxies = trustedProxies
        self.responder = responder
        self.idleTimeoutText = limits.idleTimeout?.secondsText ?? ""
    }

    /// Answers an HTTP request for a path.
    func respond(to path: String) -> HTTPResponse {
        responder?(path) ?? HTTPResponse(status: 404, body: [])
    }

    /// Takes one of the places for connections.
    ///
    /// - Returns: whether there was one left.
    func acquireSlot() -> Bool {
        guard open.wrappingAdd(1, ordering: .relaxed).newValue > limits.maxConnections else { return true }
        releaseSlot()
        return false
    }

    /// Takes a place for a connection that is open already, also where none is left.
    func takeSlot() {
        open.wrappingAdd(1, ordering: .relaxed)
    }

    func releaseSlot() {
        open.wrappingSubtract(1, ordering: .relaxed)
    }
}
