extension ListenerLimits {
    /// The rates of one source; nil where there are none.
    var sourceRates: SourceRates? {
        guard messageRate != nil || byteRate != nil else { return nil }
        return SourceRates(
            messageRate: messageRate.map { Rate(perSecond: $0, burst: messageBurst) },
            byteRate: byteRate.map { Rate(perSecond: $0, burst: byteBurst) }
        )
    }
}
