import Linux

/// Decides when a thread rests before it reads on, so that each read brings more.
///
/// A receive costs a wake-up and an acknowledgement, whatever it brings. When iterations that bring little follow each
/// other closely, a rest of the same length between them delays only what nothing waits for.
struct ReadPacing {
    /// Iterations that follow each other within this time are close; and so long is the rest.
    static let rest = Duration.microseconds(500)
    /// Iterations that bring fewer bytes bring little.
    static let fewBytes = 64 * 1024

    /// When the last iteration ended that brought little, its rest included.
    private var last: MonotonicTime?

    /// Decides at the end of an iteration.
    ///
    /// - Parameters:
    ///   - bytes: of messages that streams brought in it.
    ///   - isAwaited: whether a commit is waited for, or something is to be done at once.
    ///   - now: when the iteration began.
    /// - Returns: how long to rest, which may be zero, before `ended` is called; nil where the iteration does not count.
    func rest(after bytes: Int, isAwaited: Bool, at now: MonotonicTime) -> Duration? {
        guard bytes > 0, bytes < Self.fewBytes, !isAwaited else { return nil }
        guard let last, now - last < Self.rest else { return .zero }
        return Self.rest
    }

    /// Notes when the iteration ended.
    mutating func ended(at now: MonotonicTime) {
        last = now
    }
}
