package import LogRecords

/// Takes each datagram as one message, cut where it is too long.
///
/// An empty one is not a message, as an empty line is not on a stream: Perl's Sys::Syslog probes with an empty datagram.
package struct WholeDatagramFraming: DatagramFraming {
    private let limit: Int
    private let findsPlain: Bool

    /// - Parameters:
    ///   - limit: how many bytes of one message are kept.
    ///   - findsPlain: whether frames say that their message is printable ASCII.
    package init(limit: Int, findsPlain: Bool = false) {
        self.limit = limit
        self.findsPlain = findsPlain
    }

    package func frame(of datagram: Span<UInt8>, length: Int, from origin: Origin, at now: Int64) -> Frame? {
        guard length > 0 else { return nil }
        let count = min(limit, datagram.count)
        return Frame(
            place: .input(0..<count),
            length: length,
            isPlain: findsPlain && ASCIIRun.end(in: datagram.extracting(first: count), from: 0) == count
        )
    }
}
