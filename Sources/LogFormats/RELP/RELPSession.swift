import LogRecords

/// The server's side of a RELP session, protocol version 0, by the text `doc/relp.md` of librelp: a value without IO.
///
/// Bytes of the client go in; messages and answers come out, the same however the stream is split. The caller sends an
/// answer when all messages before it are settled. A message that is longer than the limit is cut. Every other
/// irregularity ends the session: with an answer where it is a command of the wrong kind, else without one, so that the
/// client sends again what is not answered.
package struct RELPSession: Sendable {
    package enum Event: Equatable, Sendable {
        /// A syslog message, and its answer.
        case message(Frame, RELPAnswer)
        /// The answer to a frame that has no message.
        case answer(RELPAnswer)
        /// The stream makes no sense from here on.
        ///
        /// The place has the bytes that show it.
        case broken(Frame, MessageError)
    }

    private enum State {
        /// Before a frame, or within its header, of which the beginning is buffered.
        case header
        /// After a header; so many bytes of the data and the line feed have come.
        case data(RELPHeader, received: Int)
        /// Further bytes are thrown away.
        case ended
    }

    /// The greatest number of a frame; 1 follows it.
    private static let maxTransaction: UInt32 = 999_999_999
    /// The most data of frames other than messages, in bytes.
    private static let maxOffer = 4096
    /// How many bytes of a frame are shown that is malformed.
    private static let excerptBytes = 64

    private let limit: Int
    private var state = State.header
    private var buffer = ReassemblyBuffer()
    private var isOpen = false
    /// The number of the last frame; 0 before the first one.
    private var lastTransaction: UInt32 = 0

    /// The incomplete frame, or the bytes that the last event's `buffered` place is a range of.
    package var buffered: [UInt8] { buffer.bytes }

    /// Makes a session that no frame has come of.
    ///
    /// - Parameter limit: how many bytes of one message are kept.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Whether a frame has begun and is not complete.
    package var hasUnfinished: Bool {
        switch state {
        case .header: !buffered.isEmpty
        case .data: true
        case .ended: false
        }
    }

    /// Returns the next event of the input, from `index` on; nil when all input has been taken.
    package mutating func next(in input: Span<UInt8>, from index: inout Int) -> Event? {
        buffer.discardDelivered()
        while index < input.count {
            switch state {
            case .header:
                if let event = takeHeader(of: input, from: &index) { return event }
            case .data(let header, let received):
                if let event = takeData(of: header, received, input, from: &index) { return event }
            case .ended:
                index = input.count
            }
        }
        return nil
    }

    // MARK: the header

    private mutating func takeHeader(of input: Span<UInt8>, from index: inout Int) -> Event? {
        let before = buffered.count
        let added = min(input.count - index, RELPHeader.maxSize - before)
        do throws(RELPHeader.Failure) {
            let header: RELPHeader
            if before == 0 {
                header = try RELPHeader(startOf: input.extracting(index..<index + added))
            } else {
                buffer.append(input.extracting(index..<index + added), maxCapacity: RELPHeader.maxSize)
                header = try RELPHeader(startOf: buffer.bytes.span)
                buffer.discard()
            }
            index += header.size - before
            return begin(header)
        } catch {
            guard case .malformed(let reason) = error else {
                if before == 0 {
                    buffer.append(input.extracting(index..<index + added), maxCapacity: RELPHeader.maxSize)
                }
                index += added
                return nil
            }
            let end = min(input.count, index + Self.excerptBytes)
            let place: Frame.Place = before == 0 ? .input(index..<end) : .buffered(0..<buffered.count)
            return broken(place, reason, suggestsOtherFormat: !isOpen)
        }
    }

    /// Checks that the frame may come now.
    private mutating func begin(_ header: RELPHeader) -> Event? {
        let expected = lastTransaction == Self.maxTransaction ? 1 : lastTransaction + 1
        // A session may begin with any number.
        guard header.transaction == expected || lastTransaction == 0 && header.transaction > 0 else {
            return broken("RELP frame \(header.transaction) follows frame \(lastTransaction)")
        }
        guard isOpen || header.command == .open else { return broken("the RELP session does not begin with open") }
        guard header.command == .syslog || header.dataLength <= Self.maxOffer else {
            return broken("a RELP command with \(header.dataLength) bytes of data; at most \(Self.maxOffer) are read")
        }
        lastTransaction = header.transaction
        state = .data(header, received: 0)
        return nil
    }

    // MARK: the data

    private mutating func takeData(
        of header: RELPHeader,
        _ received: Int,
        _ input: Span<UInt8>,
        from index: inout Int
    ) -> Event? {
        let kept = min(header.dataLength, header.command == .syslog ? limit : Self.maxOffer)
        let count = min(header.dataLength + 1 - received, input.count - index)
        let start = index
        index += count
        let isComplete = received + count > header.dataLength
        let isWhole = received == 0 && isComplete
        if !isWhole, received < kept {
            let part = min(count, kept - received)
            buffer.append(input.extracting(start..<start + part), maxCapacity: kept)
        }
        guard isComplete else {
            state = .data(header, received: received + count)
            return nil
        }
        state = .header
        let place: Frame.Place = isWhole ? .input(start..<start + kept) : .buffered(0..<kept)
        guard input[index - 1] == UInt8(ascii: "\n") else {
            return broken(place, "the RELP frame does not end where its length says")
        }
        buffer.deliver()
        guard header.command == .syslog else {
            guard !isWhole else { return .answer(end(header, input.extracting(start..<start + kept))) }
            let data = buffer.bytes
            return .answer(end(header, data.span))
        }
        let answer = RELPAnswer(transaction: header.transaction, kind: .received)
        guard header.dataLength > 0 else { return .answer(answer) }
        return .message(Frame(place: place, length: header.dataLength), answer)
    }

    /// Ends a frame that has no message.
    private mutating func end(_ header: RELPHeader, _ data: Span<UInt8>) -> RELPAnswer {
        let kind: RELPAnswer.Kind
        switch header.command {
        case .open where isOpen: kind = .refusedOpen
        case .open: kind = RELPOffers(data).areAcceptable ? .opened : .refusedOffer
        case .close: kind = .closed
        case .syslog, .unknown: kind = .refusedCommand
        }
        let answer = RELPAnswer(transaction: header.transaction, kind: kind)
        isOpen = true
        if answer.endsSession { state = .ended }
        return answer
    }

    private mutating func broken(_ reason: String) -> Event {
        broken(.buffered(0..<0), reason, suggestsOtherFormat: false)
    }

    private mutating func broken(
        _ place: Frame.Place,
        _ reason: String,
        suggestsOtherFormat: Bool = false
    ) -> Event {
        state = .ended
        buffer.deliver()
        let length =
            switch place {
            case .input(let range), .buffered(let range): range.count
            }
        let error = MessageError(reason, suggestsOtherFormat ? .otherFormat : .syntax)
        return .broken(Frame(place: place, length: length), error)
    }
}
