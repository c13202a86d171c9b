package import LogRecords

/// Takes the pickle out of a datagram of Python's `DatagramHandler`, which has the length before it, as with
/// `SocketHandler`.
package struct PickleDatagramFraming: DatagramFraming {
    private let limit: Int

    /// - Parameter limit: how many bytes of a message are kept; longer pickles are read as `LengthFraming` has it.
    package init(limit: Int) {
        self.limit = limit
    }

    package func frame(
        of datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        at now: Int64
    ) throws(MessageError) -> Frame? {
        try checkWhole(datagram, length: length, limit: LengthFraming.readable(limit))
        let body = try PythonParser.body(of: datagram)
        return Frame(place: .input(body), length: body.count, limit: body.count > limit ? limit : nil)
    }
}
