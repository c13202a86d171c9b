import LogFormats
import LogRecords

/// Where the messages go that one step of a stream completes: they are recorded, or reported as malformed.
struct MessageSink {
    private let reader: MessageReader
    private let origin: Origin
    private let messages: MessageRecorder
    private let observer: any CommitObserver
    private let context: ReceiveContext
    /// How many messages have ended, malformed ones included.
    private(set) var messageCount = 0
    private(set) var hasMalformed = false

    init(_ reader: MessageReader, _ origin: Origin, _ messages: MessageRecorder, _ observer: any CommitObserver) {
        self.reader = reader
        self.origin = origin
        self.messages = messages
        self.observer = observer
        context = messages.receiveContext()
    }

    /// Takes what a framing has found.
    ///
    /// - Parameters:
    ///   - event: what it has found.
    ///   - input: the bytes that it was given.
    ///   - buffered: what it has buffered; asked for where the event is about that.
    /// - Returns: whether the stream makes no sense from here on.
    @inline(__always)
    mutating func take(
        _ event: consuming FramingEvent,
        _ input: Span<UInt8>,
        _ buffered: @autoclosure () -> [UInt8]
    ) -> Bool {
        switch consume event {
        case .frame(let frame):
            switch frame.place {
            case .input(let range):
                record(input.extracting(range), frame)
            case .buffered(let range):
                let buffered = buffered()
                record(buffered.span.extracting(range), frame)
            }
            return false
        case .malformed(let frame, let fault):
            report(frame, input, buffered(), fault)
            return false
        case .broken(let frame, let fault):
            report(frame, input, buffered(), fault)
            return true
        }
    }

    mutating func record(_ message: Span<UInt8>, _ frame: Frame) {
        messageCount &+= 1
        let context = context.of(frame)
        do throws(MessageError) {
            try messages.record(message, length: frame.length, with: reader, from: origin, by: observer, context)
        } catch {
            report(message, frame.length, error)
        }
    }

    mutating func report(_ frame: Frame, _ input: Span<UInt8>, _ buffered: [UInt8], _ fault: MessageError) {
        messageCount &+= 1
        switch frame.place {
        case .input(let range): report(input.extracting(range), frame.length, fault)
        case .buffered(let range): report(buffered.span.extracting(range), frame.length, fault)
        }
    }

    mutating func report(_ message: Span<UInt8>, _ length: Int, _ fault: MessageError) {
        hasMalformed = true
        messages.reportMalformed(message, length: length, from: origin, fault, reader.account)
    }
}
