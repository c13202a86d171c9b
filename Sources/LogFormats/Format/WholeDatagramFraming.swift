package import LogRecords

/// Takes each datagram as one message, cut where it is too long.
///
/// An empty one is not a message, as an empty line is not on a stream: Perl's Sys::Syslog probes with an empty datagram.
package struct WholeDatagramFraming: DatagramFraming {
    private let limit: Int

    /// - Parameter limit: how many bytes of one message are kept.
    package init(limit: Int) {
        self.limit = limit
    }

    package func frame(of datagram: Span<UInt8>, length: Int, from origin: Origin, at now: Int64) -> Frame? {
        length > 0 ? Frame(place: .input(0..<min(limit, datagram.count)), length: length) : nil
    }
}
