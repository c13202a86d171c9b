import Linux
import LogFormats
import LogRecords

/// Takes the messages out of the datagrams of one socket. Used on its loop's thread only.
final class DatagramIntake: SocketLoop.Ticker {
    private let format: LogFormat
    private let limit: Int
    private let loop: SocketLoop
    private var assembler: GELFAssembler?
    private var isTicking = false

    /// - Parameter limit: how many bytes of one message are kept.
    init(_ format: LogFormat, limit: Int, loop: SocketLoop) {
        self.format = format
        self.limit = limit
        self.loop = loop
        assembler = format == .gelf ? GELFAssembler(limit: limit) : nil
    }

    /// Records what a datagram says, if it completes a message.
    ///
    /// - Parameters:
    ///   - datagram: as much of it as was received.
    ///   - length: how many bytes were sent.
    func take(_ datagram: Span<UInt8>, length: Int, from origin: Origin, _ reception: Reception) {
        do throws(MessageFault) {
            switch format {
            case .syslog, .json:
                // Nothing is no message, as on a stream: Perl's Sys::Syslog probes with an empty datagram.
                guard length > 0 else { return }
                let message = datagram.extracting(first: limit)
                try loop.record(message, length: length, as: format, from: origin, by: nil, reception)
            case .python:
                try takePickle(datagram, length: length, from: origin, reception)
            case .gelf:
                try takeChunk(datagram, length: length, from: origin, reception)
            }
        } catch {
            loop.refusals.refuse(datagram, length: length, from: origin, error)
        }
    }

    func tick() {
        expire(at: loop.now.nanoseconds)
        guard assembler?.nextExpiry == nil else { return }
        isTicking = false
        loop.remove(self)
    }

    /// Gives up what is not complete: nothing more comes.
    func finish() {
        expire(at: .max)
    }

    /// `DatagramHandler` sends what `SocketHandler` does, the length included.
    private func takePickle(
        _ datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ reception: Reception
    ) throws(MessageFault) {
        try check(datagram, length: length)
        let message = datagram.extracting(try PythonParser.body(of: datagram))
        try loop.record(message, length: message.count, as: format, from: origin, by: nil, reception)
    }

    private func takeChunk(
        _ datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ reception: Reception
    ) throws(MessageFault) {
        try check(datagram, length: length)
        defer { watchChunks() }
        switch try assembler?.add(datagram, from: origin, at: loop.now.nanoseconds) {
        case .datagram:
            try loop.record(datagram, length: length, as: format, from: origin, by: nil, reception)
        case .message:
            guard let message = assembler?.message else { return }
            try loop.record(message.span, length: message.count, as: format, from: origin, by: nil, reception)
        case .incomplete, nil:
            break
        }
    }

    private func check(_ datagram: Span<UInt8>, length: Int) throws(MessageFault) {
        guard length == datagram.count, length <= limit else {
            throw MessageFault(
                "the datagram of \(length) bytes is longer than \(min(limit, DatagramReceiver.slotBytes))"
            )
        }
    }

    // MARK: chunks

    private func watchChunks() {
        guard let next = assembler?.nextExpiry else { return }
        if next <= loop.now.nanoseconds { expire(at: loop.now.nanoseconds) }
        guard !isTicking else { return }
        isTicking = true
        loop.add(self)
    }

    private func expire(at now: Int64) {
        while let failure = assembler?.expire(at: now) {
            loop.refusals.refuse(Span(), length: 0, from: failure.origin, failure.fault)
        }
    }
}
