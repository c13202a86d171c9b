import Linux
import LogRecords

/// Limits reports by source, of malformed messages or of connections: some at once, then one a second.
///
/// The others are counted, and reported with the source's next one or when it has gone quiet.
struct ReportLimiter {
    /// The number of reports that were held back of one source.
    struct Notice {
        let source: Source
        let count: Int
        /// Of the last one.
        let origin: Origin
    }

    private struct Account {
        var bucket = TokenBucket()
        var last: MonotonicTime
        var heldBack = 0
        var origin: Origin
    }

    static let burst = 10
    static let interval = Duration.seconds(1)
    static let sourceLimit = 1024

    private let rate: Rate
    private var accounts: [Source: Account] = [:]

    /// Makes a limiter.
    ///
    /// - Parameter burst: how many of a source are reported at once.
    init(burst: Int = Self.burst) {
        rate = Rate(perSecond: 1, burst: burst)
    }

    /// When `takeNotices` has something to do if nothing is reported until then; nil: never.
    var nextNotice: MonotonicTime? {
        accounts.values.lazy.map { $0.heldBack > 0 ? $0.last + Self.interval : $0.bucket.fullTime }.min()
    }

    /// Asks whether one more may be reported.
    ///
    /// - Parameters:
    ///   - origin: of the event.
    ///   - source: the origin's.
    ///   - now: the present time.
    /// - Returns: how many were held back before it; nil when it is to be held back: the caller calls `holdBack`.
    mutating func admit(_ origin: Origin, of source: Source, at now: MonotonicTime) -> Int? {
        let source = place(of: source)
        let account = accounts[source] ?? Account(last: now, origin: origin)
        var bucket = account.bucket
        guard bucket.has(1, of: rate, at: now) else { return nil }
        bucket.take(1, of: rate, at: now)
        accounts[source] = Account(bucket: bucket, last: now, origin: origin)
        return account.heldBack
    }

    /// Counts one that is held back.
    ///
    /// - Parameters:
    ///   - origin: of what is held back.
    ///   - source: the origin's.
    ///   - now: the present time.
    mutating func holdBack(_ origin: Origin, of source: Source, at now: MonotonicTime) {
        let source = place(of: source)
        var account = accounts[source] ?? Account(last: now, origin: origin)
        account.last = now
        account.origin = origin
        account.heldBack += 1
        accounts[source] = account
    }

    private func place(of source: Source) -> Source {
        accounts[source] == nil && accounts.count >= Self.sourceLimit ? .others : source
    }

    /// Takes the counts of sources that have gone quiet, or of all, and removes sources without anything left to report.
    mutating func takeNotices(at now: MonotonicTime, ofAll: Bool = false) -> [Notice] {
        var notices: [Notice] = []
        for (source, account) in accounts {
            if account.heldBack > 0, ofAll || now - account.last >= Self.interval {
                notices.append(Notice(source: source, count: account.heldBack, origin: account.origin))
                accounts[source]?.heldBack = 0
                accounts[source]?.bucket.take(1, of: rate, at: now)
            } else if account.heldBack == 0, account.bucket.isFull(at: now) {
                accounts[source] = nil
            }
        }
        return notices
    }
}
