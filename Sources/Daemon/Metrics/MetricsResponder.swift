import LogBackends
import LogFormats
import SocketServer

/// Answers requests for the metrics and for the health of the daemon.
struct MetricsResponder: Sendable {
    let server: ServerMetrics
    let pipeline: LogPipeline
    /// How much memory records that wait may take, in bytes.
    let queueSize: Int
    /// The kind of log that records go to.
    let backend: String
    /// Those of the listeners with TLS.
    let certificates: [(listener: String, tls: ListenerTLS)]

    /// Answers a request for a path.
    func respond(to path: String) -> HTTPResponse {
        switch path {
        case "/metrics":
            return HTTPResponse(contentType: ExpositionText.contentType, body: MetricsPage(of: self).bytes)
        case "/healthz":
            guard let failure = pipeline.metrics.failure else { return HTTPResponse(body: Array("ok\n".utf8)) }
            return HTTPResponse(status: 503, body: Array("records wait: \(failure)\n".utf8))
        default:
            return HTTPResponse(status: 404, body: Array("there are /metrics and /healthz\n".utf8))
        }
    }
}
