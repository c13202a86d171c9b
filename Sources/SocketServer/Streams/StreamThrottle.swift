import Linux
import LogRecords

/// Something that a `StreamThrottle` slows.
protocol ThrottledStream: AnyObject {
    var source: Source { get }

    /// Whether it waits until it may be read; set by the throttle.
    var isThrottled: Bool { get set }

    /// Goes on where it was slowed.
    func resume()
}

/// Slows the streams of sources that send more than a listener's rates let them, by not reading from them.
///
/// Used on its loop's thread only.
final class StreamThrottle: Ticker {
    /// How often it is reported that streams are slowed.
    private static let reportInterval = Duration.seconds(60)

    private let rates: SharedSourceRates
    private let loop: EventLoop
    /// The most bytes that a stream may receive in one turn.
    let turnBytes: Int
    private let recorder: Recorder
    private let origin: Origin
    /// Those that are not read, those first that have waited longest.
    private var waiting: [any ThrottledStream] = []
    var deadline = DeadlineQueue.Place()
    private var lastSource = Source.unknown
    private lazy var report = LimitedReport(loop, every: Self.reportInterval) { [weak self] count in
        self?.record(count)
    }

    /// Makes the throttle of a listener on one thread; nil where its sources may send as much as they like.
    init?(of listener: StreamListener, _ worker: SocketWorker) {
        guard let rates = listener.sourceRates else { return nil }
        self.rates = rates
        loop = worker.loop
        recorder = worker.recorder
        turnBytes = rates.receiveLimit
        origin = Origin(protocolName: listener.service.name, listener: listener.name, peer: nil, connection: nil)
    }

    /// Asks whether a stream may be read now; otherwise its `resume` is called when it may be.
    ///
    /// - Returns: whether it may.
    func admits(_ stream: any ThrottledStream) -> Bool {
        guard !stream.isThrottled else { return false }
        guard !rates.admits(stream.source, at: loop.now) else { return true }
        stream.isThrottled = true
        waiting.append(stream)
        loop.schedule(self, by: loop.now)
        lastSource = stream.source
        report.add()
        return false
    }

    /// Takes note of what a stream brought in its turn.
    func take(_ stream: any ThrottledStream, messages: Int, bytes: Int) {
        guard bytes > 0 else { return }
        rates.take(stream.source, messages: messages, bytes: bytes, at: loop.now)
    }

    func tick() {
        let waited = waiting
        waiting = []
        var still: [any ThrottledStream] = []
        for stream in waited {
            guard rates.admits(stream.source, at: loop.now) else {
                still.append(stream)
                continue
            }
            stream.isThrottled = false
            stream.resume()
        }
        // Those that have had their turn come after those that wait for theirs.
        waiting = still + waiting
        if !waiting.isEmpty { loop.schedule(self, by: loop.now) }
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        report.finish()
    }

    private func record(_ count: Int) {
        recorder.record(.sourceSlowed, .notice, origin) { record in
            record.append("\(lastSource) sends more to listener \(origin.listener) than message_rate or byte_rate ")
            record.append("lets it, and waits")
            if count > 1 { record.append(", the last of \(count) such waits") }
            record.set(.heldBack, to: Int64(count))
        }
    }
}
