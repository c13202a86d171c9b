import Linux

/// What each source has sent of late, against the rates of one listener.
///
/// It knows a bounded number of sources. For a new one beyond it those make room that have their whole burst, of which
/// nothing need be known; where there are none, all further sources share one place.
struct SourceRates {
    static let sourceLimit = 4096
    private static let cleaningInterval = Duration.seconds(1)

    private struct Buckets {
        var messages = TokenBucket()
        var bytes = TokenBucket()
    }

    private let messageRate: Rate?
    private let byteRate: Rate?
    private let sourceLimit: Int
    private var buckets: [Source: Buckets] = [:]
    private var lastCleaning: MonotonicTime?

    /// Makes the rates of sources that have sent nothing yet.
    ///
    /// - Parameters:
    ///   - messageRate: of each source; nil: without a limit.
    ///   - byteRate: the same.
    ///   - sourceLimit: how many sources it knows.
    init(messageRate: Rate?, byteRate: Rate?, sourceLimit: Int = Self.sourceLimit) {
        self.messageRate = messageRate
        self.byteRate = byteRate
        self.sourceLimit = sourceLimit
    }

    /// The most bytes that one receive from a stream should take, so that it does not go far beyond a burst.
    var receiveLimit: Int {
        let least = 1024
        // Few messages have fewer than 32 bytes.
        let ofMessages = messageRate.map { max(least, min($0.most, 1 << 30) * 32) }
        return min(ofMessages ?? .max, byteRate.map { max(least, $0.most) } ?? .max)
    }

    /// How many sources it knows.
    var count: Int { buckets.count }

    /// Whether a source may send so much now.
    mutating func admits(_ source: Source, messages: Int, bytes: Int, at now: MonotonicTime) -> Bool {
        let buckets = buckets[place(of: source, at: now)] ?? Buckets()
        return messageRate.map { buckets.messages.has(messages, of: $0, at: now) } ?? true
            && byteRate.map { buckets.bytes.has(bytes, of: $0, at: now) } ?? true
    }

    /// Takes note of what a source has sent.
    mutating func take(_ source: Source, messages: Int, bytes: Int, at now: MonotonicTime) {
        let place = place(of: source, at: now)
        var account = buckets[place] ?? Buckets()
        if let messageRate { account.messages.take(messages, of: messageRate, at: now) }
        if let byteRate { account.bytes.take(bytes, of: byteRate, at: now) }
        buckets[place] = account
    }

    /// Takes note of one message of a source, if the source may send it now.
    ///
    /// - Returns: whether it may.
    mutating func admit(_ source: Source, bytes: Int = 0, at now: MonotonicTime) -> Bool {
        guard admits(source, messages: 1, bytes: bytes, at: now) else { return false }
        take(source, messages: 1, bytes: bytes, at: now)
        return true
    }

    private mutating func place(of source: Source, at now: MonotonicTime) -> Source {
        if buckets.count < sourceLimit || buckets[source] != nil { return source }
        clean(at: now)
        return buckets.count < sourceLimit ? source : .others
    }

    /// Forgets the sources that have their whole burst; seldom, as it looks at all of them.
    private mutating func clean(at now: MonotonicTime) {
        if let lastCleaning, now - lastCleaning < Self.cleaningInterval { return }
        lastCleaning = now
        buckets = buckets.filter { !$0.value.messages.isFull(at: now) || !$0.value.bytes.isFull(at: now) }
    }
}
