import LogRecords

/// The header of a RELP frame: `TXNR SP COMMAND SP DATALEN`, and the blank before the data where there is any.
struct RELPHeader: Equatable {
    enum Command: Equatable {
        case open
        case syslog
        case close
        case unknown
    }

    /// Why there is no header.
    enum Failure: Error, Equatable {
        /// More bytes are needed.
        case incomplete
        case malformed(String)
    }

    /// Numbers have at most nine digits.
    private static let maxDigits = 9
    private static let maxCommand = 32
    /// The size of the longest header in bytes.
    static let maxSize = 2 * (maxDigits + 1) + maxCommand + 1

    /// The number of the frame in its session.
    let transaction: UInt32
    let command: Command
    /// The number of data bytes; a line feed follows them.
    let dataLength: Int
    /// The size of the header in bytes.
    let size: Int

    /// Reads the header that the bytes begin with.
    ///
    /// - Throws: where they do not begin with a whole header.
    init(startOf bytes: Span<UInt8>) throws(Failure) {
        var index = 0
        transaction = UInt32(try Self.number("transaction number", bytes, &index))
        try Self.skipBlank(bytes, &index)
        let end = try Self.end(of: bytes, from: index, maxCount: Self.maxCommand, ASCII.isLetter)
        guard end > index else { throw .malformed("a RELP frame without a command") }
        command = Self.command(bytes.extracting(index..<end))
        index = end
        try Self.skipBlank(bytes, &index)
        dataLength = try Self.number("length", bytes, &index)
        // Some senders put the blank in front of no data, too.
        if dataLength > 0 || bytes[index] == UInt8(ascii: " ") { try Self.skipBlank(bytes, &index) }
        size = index
    }

    private static func command(_ word: Span<UInt8>) -> Command {
        if word.isEqual(to: "syslog") { return .syslog }
        if word.isEqual(to: "open") { return .open }
        return word.isEqual(to: "close") ? .close : .unknown
    }

    private static func number(
        _ name: StaticString,
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) throws(Failure) -> Int {
        let end = try end(of: bytes, from: index, maxCount: maxDigits, ASCII.isDigit)
        guard let value = ASCII.integer(bytes, index..<end) else {
            throw .malformed("a RELP frame without a \(name)")
        }
        index = end
        return value
    }

    private static func skipBlank(_ bytes: Span<UInt8>, _ index: inout Int) throws(Failure) {
        guard bytes[index] == UInt8(ascii: " ") else {
            throw .malformed("no blank after a part of a RELP frame's header")
        }
        index += 1
    }

    /// Returns where the part of a header ends; there is a byte, which is not of it.
    private static func end(
        of bytes: Span<UInt8>,
        from start: Int,
        maxCount: Int,
        _ isPart: (UInt8) -> Bool
    ) throws(Failure) -> Int {
        var index = start
        while index < bytes.count, isPart(bytes[index]) {
            guard index - start < maxCount else {
                throw .malformed("a part of a RELP frame's header is longer than \(maxCount) characters")
            }
            index += 1
        }
        guard index < bytes.count else { throw .incomplete }
        return index
    }
}
