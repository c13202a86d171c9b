/// Something that begins a TLS handshake when its turn comes.
protocol HandshakeWaiter: AnyObject {
    /// False when it is gone.
    var isWaiting: Bool { get }

    /// Begins soon.
    func admit()
}

/// Lets a limited number of TLS handshakes of one source go on at once; the others wait, in order.
///
/// Each thread has one, with its share of the number. A handshake takes seven times the work of a plain connection: without
/// a limit, one host could keep a thread busy, and many clients of one host that come back together would all time out.
struct HandshakeGate {
    /// The most handshakes of one source at once, on all threads together; with more threads than that, one on each.
    static let total = 64

    /// The most of them on this thread.
    let limit: Int

    private struct Line {
        var active = 0
        var waiting: [any HandshakeWaiter] = []
        /// Those before it have been called.
        var first = 0
    }

    private var lines: [Source: Line] = [:]

    /// Makes the gate of one of some threads.
    init(threads: Int) {
        limit = max(1, Self.total / threads)
    }

    /// Asks whether a handshake may begin; else it is admitted later.
    ///
    /// Each that may begin is to `leave` once.
    mutating func enter(_ waiter: any HandshakeWaiter, from source: Source) -> Bool {
        var line = lines.removeValue(forKey: source) ?? Line()
        defer { lines[source] = line }
        guard line.active < limit else {
            line.waiting.append(waiter)
            return false
        }
        line.active += 1
        return true
    }

    /// Takes note that a handshake of a source is over.
    ///
    /// - Returns: the next one, which is to be admitted.
    mutating func leave(_ source: Source) -> (any HandshakeWaiter)? {
        guard var line = lines.removeValue(forKey: source) else { return nil }
        while line.first < line.waiting.count {
            let next = line.waiting[line.first]
            line.first += 1
            guard next.isWaiting else { continue }
            if line.first > Self.total, line.first > line.waiting.count / 2 {
                line.waiting.removeFirst(line.first)
                line.first = 0
            }
            lines[source] = line
            return next
        }
        line.active -= 1
        line.waiting = []
        line.first = 0
        if line.active > 0 { lines[source] = line }
        return nil
    }
}
