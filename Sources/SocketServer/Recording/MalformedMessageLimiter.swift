import Linux
import LogRecords

/// Limits the reports of malformed messages by source: ten at once, then one a second.
///
/// The others are counted, and reported with the source's next one or when it has gone quiet.
struct MalformedMessageLimiter {
    /// The number of reports that were held back of one source.
    struct Notice {
        let source: Source
        let count: Int
        /// Of the last one.
        let origin: Origin
    }

    private struct Account {
        /// Until then all is reported that may be.
        var due: MonotonicTime
        var last: MonotonicTime
        var heldBack = 0
        var origin: Origin
    }

    static let burst = 10
    static let interval = Duration.seconds(1)
    static let sourceLimit = 1024

    private var accounts: [Source: Account] = [:]

    /// Whether there is nothing to look after.
    var isEmpty: Bool { accounts.isEmpty }

    /// Asks whether one more may be reported.
    ///
    /// - Returns: how many were held back before it; nil when it is held back itself.
    mutating func admit(_ origin: Origin, at now: MonotonicTime) -> Int? {
        var source = Source(origin.peer)
        if accounts[source] == nil, accounts.count >= Self.sourceLimit { source = .others }
        var account = accounts[source] ?? Account(due: now, last: now, origin: origin)
        account.last = now
        account.origin = origin
        defer { accounts[source] = account }
        guard account.due - now <= Self.interval * (Self.burst - 1) else {
            account.heldBack += 1
            return nil
        }
        defer { account.heldBack = 0 }
        account.due = max(account.due, now) + Self.interval
        return account.heldBack
    }

    /// Takes the counts of sources that have gone quiet, or of all, and removes sources without anything left to report.
    mutating func takeNotices(at now: MonotonicTime, ofAll: Bool = false) -> [Notice] {
        var notices: [Notice] = []
        for (source, account) in accounts {
            if account.heldBack > 0, ofAll || now - account.last >= Self.interval {
                notices.append(Notice(source: source, count: account.heldBack, origin: account.origin))
                accounts[source]?.heldBack = 0
                accounts[source]?.due = max(account.due, now) + Self.interval
            } else if account.heldBack == 0, account.due <= now {
                accounts[source] = nil
            }
        }
        return notices
    }
}
