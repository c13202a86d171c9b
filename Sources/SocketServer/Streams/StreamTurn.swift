/// The turns of one connection: how much it may receive before others have theirs, and whether it goes on after them.
///
/// Bytes are counted from the begin of the connection.
struct StreamTurn {
    /// The most receives of one turn.
    static let maxReceives = 16
    /// A turn ends with the receive that brings its bytes to this number, and no receive takes more.
    ///
    /// It is what others wait for, some 0.1 ms, three times for one message: to be accepted, to be read, and for the news
    /// of the commit.
    static let maxBytes = 32 * 1024
    /// A turn that brings more messages makes the next one half as large: they take some 0.2 ms, and those of one letter
    /// would take 6 ms in a turn of the usual size.
    ///
    /// They are counted in place of the time, which a machine that is busy or slow would count, too.
    static let maxMessages = 512
    /// The fewest bytes that a turn is limited to.
    static let minBytes = 1024
    /// A connection whose last turn brought as many bytes goes on after those that have less to do.
    static let busyBytes = 4 * 1024

    /// Whether the last turn brought many bytes or took all its receives, so that the next one waits for those of others.
    ///
    /// A connection that is ready several times in one iteration of the loop has no turn for each.
    private(set) var isBusy = false
    private var isUnderWay = false
    private var receives = 0
    private var start = 0
    /// The most bytes of a turn, however large its messages are.
    private let limit: Int
    /// The most bytes of one receive, and of the next turn.
    private(set) var maxBytes: Int

    /// Makes the turns of a new connection.
    ///
    /// - Parameter maxBytes: in place of the usual number, if it is smaller.
    init(maxBytes: Int? = nil) {
        limit = min(Self.maxBytes, maxBytes ?? .max)
        self.maxBytes = limit
    }

    /// Begins a turn.
    ///
    /// A commit that is there at once, as with records below the threshold, calls back from within a receive: a peer
    /// that keeps sending must not make the calls nest without end.
    ///
    /// - Parameter bytes: how many were received so far.
    /// - Returns: false while a turn is under way.
    mutating func begin(at bytes: Int) -> Bool {
        guard !isUnderWay else { return false }
        isUnderWay = true
        receives = 0
        start = bytes
        return true
    }

    /// Takes one of the turn's receives.
    ///
    /// - Parameter bytes: how many were received so far.
    /// - Returns: false when the turn is over, and the connection is to go on later.
    mutating func takeReceive(at bytes: Int) -> Bool {
        guard receives < Self.maxReceives, bytes &- start < maxBytes else { return false }
        receives &+= 1
        return true
    }

    /// Ends the turn.
    ///
    /// - Parameters:
    ///   - bytes: how many were received so far.
    ///   - isPausing: whether the connection waits for space: then what this turn brought does not show what it could.
    ///   - messages: how many messages the turn brought.
    mutating func end(at bytes: Int, isPausing: Bool, messages: Int = 0) {
        isUnderWay = false
        let wasBusy = isBusy
        let most = maxBytes < limit ? min(maxBytes, Self.busyBytes) : Self.busyBytes
        isBusy = bytes &- start >= most || receives >= Self.maxReceives || wasBusy && isPausing
        if messages > Self.maxMessages {
            maxBytes = min(maxBytes, max(Self.minBytes, maxBytes / 2))
        } else if messages < Self.maxMessages / 4 {
            maxBytes = min(limit, 2 * maxBytes)
        }
    }
}
