import NIOCore

/// Decides when an event loop hands over what it recorded. Used on that loop only.
final class FlushSchedule {
    /// How long records may wait for others when nobody waits for them.
    private static let patience = TimeAmount.milliseconds(5)

    private let loop: any EventLoop
    private let flush: () -> Void
    private var isDueNow = false
    private var isDueSoon = false

    init(loop: any EventLoop, flush: @escaping () -> Void) {
        self.loop = loop
        self.flush = flush
    }

    func schedule(_ urgency: Recorder.Urgency) {
        switch urgency {
        case .now:
            guard !isDueNow else { return }
            isDueNow = true
            // A task runs when the loop has served all sockets that were ready: what they recorded goes as one batch.
            loop.assumeIsolated().execute { [self] in
                isDueNow = false
                flush()
            }
        case .soon:
            guard !isDueSoon else { return }
            isDueSoon = true
            loop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in
                isDueSoon = false
                flush()
            }
        }
    }
}
