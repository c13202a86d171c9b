import LogFormats
import LogRecords

/// Counts and records that messages could not be read, at a limited rate.
///
/// Used on its loop's thread only.
final class MalformedMessageReporter {
    /// As much of a message is shown: as data, and in the text.
    private static let dataBytes = 256
    private static let textBytes = 64

    private let reports: SourceReports

    init(_ loop: EventLoop, recorder: Recorder) {
        reports = SourceReports(of: .messageRefused, .warning, loop, recorder) {
            "Cannot read \($0) more messages from \($1)"
        }
    }

    /// Counts a message that could not be read, and reports it unless too many were.
    ///
    /// - Parameters:
    ///   - message: all of it, or its beginning.
    ///   - length: how many bytes it has.
    ///   - origin: its sender.
    ///   - fault: why it could not be read.
    ///   - account: of the listener.
    func report(
        _ message: Span<UInt8>,
        length: Int,
        from origin: Origin,
        _ fault: MessageError,
        _ account: MessageAccount
    ) {
        account.countMalformed(fault.kind)
        report(from: origin, message) { record in
            record.append("Cannot read a \(origin.protocolName) message from \(origin.peerText): \(fault.reason)")
            if !message.isEmpty {
                record.append("; first bytes: \"")
                record.append(escaping: message.extracting(first: Self.textBytes))
                record.append("\"")
            }
            if fault.kind == .otherFormat { record.append("; check that handler, protocol and port agree") }
            if length > Self.dataBytes { record.set(.originalLength, to: Int64(length)) }
        }
    }

    /// Reports a stream of another protocol, as one message.
    ///
    /// - Parameters:
    ///   - foreign: the protocol.
    ///   - start: the stream's first bytes.
    ///   - origin: its sender.
    ///   - account: of the listener.
    func report(_ foreign: ForeignProtocol, _ start: Span<UInt8>, from origin: Origin, _ account: MessageAccount) {
        account.countMalformed(.otherFormat)
        report(from: origin, start) { record in
            let (listener, protocolName) = (origin.listener, origin.protocolName)
            switch foreign {
            case .tls:
                record.append("TLS on a plain listener: \(origin.peerText) sent a TLS ClientHello to listener ")
                record.append(
                    "\(listener), which takes \(protocolName) without TLS; turn TLS off in the sender, or put a TLS "
                )
                record.append("proxy before this listener")
            case .http:
                record.append(
                    "HTTP on a listener for log messages: \(origin.peerText) sent an HTTP request to listener "
                )
                record.append("\(listener), which takes \(protocolName); check that handler, protocol and port agree")
            }
        }
    }

    /// Reports a connection that was refused, as it does not come from a trusted proxy or has no PROXY header.
    ///
    /// It is no message, and is not counted as one.
    func reportRefused(_ reason: String, _ start: Span<UInt8>, from origin: Origin) {
        report(from: origin, start) { record in
            record.append("Refused a connection of \(origin.peerText) to listener \(origin.listener), ")
            record.append("which takes those of proxies only: \(reason)")
        }
    }

    private func report(from origin: Origin, _ message: Span<UInt8>, _ fill: (inout LogRecord) -> Void) {
        reports.report(from: origin) { record in
            fill(&record)
            if !message.isEmpty { record.set(.data, to: message.extracting(first: Self.dataBytes)) }
        }
    }

    /// Records how many were held back, as the daemon stops.
    func finish() {
        reports.finish()
    }
}
