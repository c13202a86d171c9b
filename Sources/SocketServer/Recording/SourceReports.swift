import LogRecords

/// Records one kind of event at a limited rate for each source, and how many were held back: with the source's next one,
/// or when it has gone quiet.
///
/// Used on its loop's thread only.
final class SourceReports: Ticker {
    private let event: Event
    private let severity: Severity
    private let loop: EventLoop
    private let recorder: Recorder
    private let describe: (_ count: Int, _ source: Source) -> String
    // Unchecked, because asking costs more than the accesses: it calls nothing.
    @exclusivity(unchecked) private var limiter: ReportLimiter
    var deadline = DeadlineQueue.Place()

    /// Makes the reports of one thread.
    ///
    /// - Parameters:
    ///   - event: the kind of record.
    ///   - severity: how urgent it is.
    ///   - burst: how many of a source are recorded at once.
    ///   - loop: of the thread.
    ///   - recorder: of the thread.
    ///   - describe: makes the text of a record of those that were held back.
    init(
        of event: Event,
        _ severity: Severity,
        burst: Int = ReportLimiter.burst,
        _ loop: EventLoop,
        _ recorder: Recorder,
        describe: @escaping (_ count: Int, _ source: Source) -> String
    ) {
        self.event = event
        self.severity = severity
        self.loop = loop
        self.recorder = recorder
        self.describe = describe
        limiter = ReportLimiter(burst: burst)
    }

    /// Records an event, with the number of those that were held back before it; or holds it back.
    ///
    /// - Parameters:
    ///   - origin: where it happened.
    ///   - fill: adds to the message and the fields.
    func report(from origin: Origin, _ fill: (inout LogRecord) -> Void) {
        let source = Source(origin.peer)
        guard let heldBack = take(origin, of: source) else { return holdBack(origin, of: source) }
        recorder.record(event, severity, origin) { record in
            fill(&record)
            guard heldBack > 0 else { return }
            record.append(", \(heldBack) more were held back")
            record.set(.heldBack, to: Int64(heldBack))
        }
    }

    /// Asks whether the caller may record an event; those that were held back before it are recorded first.
    ///
    /// - Returns: false where the event is to be held back: the caller calls `holdBack`.
    func admit(_ origin: Origin, of source: Source) -> Bool {
        guard let heldBack = take(origin, of: source) else { return false }
        if heldBack > 0 { record(heldBack, from: source, origin) }
        return true
    }

    /// Counts an event that is not recorded.
    func holdBack(_ origin: Origin, of source: Source) {
        loop.schedule(self, after: ReportLimiter.interval)
        limiter.holdBack(origin, of: source, at: loop.now)
    }

    func tick() {
        recordNotices(ofAll: false)
        if let next = limiter.nextNotice { loop.schedule(self, by: next) }
    }

    /// Records how many were held back, as the daemon stops.
    func finish() {
        recordNotices(ofAll: true)
    }

    private func take(_ origin: Origin, of source: Source) -> Int? {
        loop.schedule(self, after: ReportLimiter.interval)
        return limiter.admit(origin, of: source, at: loop.now)
    }

    private func recordNotices(ofAll: Bool) {
        for notice in limiter.takeNotices(at: loop.now, ofAll: ofAll) {
            record(notice.count, from: notice.source, notice.origin)
        }
    }

    private func record(_ count: Int, from source: Source, _ origin: Origin) {
        recorder.record(event, severity, origin) { record in
            record.append(describe(count, source))
            record.set(.heldBack, to: Int64(count))
        }
    }
}
