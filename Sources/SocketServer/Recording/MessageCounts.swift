package import LogBackends
package import LogFormats

/// What became of the messages of one listener since the start of the daemon.
///
/// Each message is counted twice: as received, and by what became of it. So at any moment
///
///     received = recorded + malformed + left out + dropped
///     recorded = committed + waiting + rejected
///
/// A message of a listener that does not take log messages is a datagram.
package struct MessageCounts: Sendable {
    /// Messages that came, as far as the kernel has had them.
    package internal(set) var received: UInt64 = 0
    /// Those that became records.
    package internal(set) var recorded: UInt64 = 0
    /// Those that could not be read.
    package internal(set) var malformed = ReasonCounts<MessageError.Kind>()
    /// Those that are less urgent than the listener's `min_severity`, or data below the log level.
    package internal(set) var leftOut: UInt64 = 0
    /// Those that were lost before they were looked at.
    package internal(set) var dropped = ReasonCounts<DropReason>()

    /// Of the recorded ones, those that the output has taken for good.
    package internal(set) var committed: UInt64 = 0
    /// Of the recorded ones, those that the output will never take.
    package internal(set) var rejected: UInt64 = 0
    /// Of the recorded ones, those that were longer than `message_limit`.
    package internal(set) var cut: UInt64 = 0
    /// Of the recorded ones, those that are records of sockserved.
    package internal(set) var returned: UInt64 = 0

    /// How long the committed ones took.
    package internal(set) var commitTimes = DurationHistogram()
    /// Datagrams that were received, parts of messages included.
    package internal(set) var datagrams: UInt64 = 0

    package init() {}

    /// Of the recorded ones, those that are not settled.
    package var waiting: UInt64 { recorded &- committed &- rejected }

    static func += (counts: inout MessageCounts, more: MessageCounts) {
        counts.received &+= more.received
        counts.recorded &+= more.recorded
        counts.malformed += more.malformed
        counts.leftOut &+= more.leftOut
        counts.dropped += more.dropped
        counts.committed &+= more.committed
        counts.rejected &+= more.rejected
        counts.cut &+= more.cut
        counts.returned &+= more.returned
        counts.commitTimes += more.commitTimes
        counts.datagrams &+= more.datagrams
    }
}
