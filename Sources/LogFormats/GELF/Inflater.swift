import CZlib
import LogRecords

/// Inflates messages that are compressed as zlib (RFC 1950) or gzip (RFC 1952) does, up to a limit.
///
/// Output stops at the limit, so that a compressed message costs no more memory than an uncompressed one may, and at 100
/// times the message's own size and 64 KiB, so that a small datagram cannot fill the log. A message is one stream and
/// nothing after it: a second gzip member is an error too, since no client sends one. zlib's memory (40 KiB) is taken
/// with the first message and used again. Use it on one thread at a time.
package final class Inflater {
    private static let pieceSize = 16 * 1024
    /// How many bytes are inflated of each compressed byte, beyond `freeBytes`.
    private static let ratioLimit = 100
    private static let freeBytes = 64 * 1024

    /// The most that a message may inflate to, in bytes.
    package let limit: Int
    /// zlib's state points back to it, so it must not move.
    ///
    /// Nil until the first message.
    private var stream: UnsafeMutablePointer<z_stream>?
    private var piece = [UInt8](repeating: 0, count: 0)

    package init(limit: Int) {
        self.limit = limit
    }

    deinit {
        guard let stream else { return }
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Whether data begins as gzip's does, or as zlib's with a window of 32 KiB, which is all that clients send.
    package static func isCompressed(_ data: Span<UInt8>) -> Bool {
        guard data.count >= 2 else { return false }
        return switch data[0] {
        case 0x1F: data[1] == 0x8B
        case 0x78: (0x7800 + Int(data[1])) % 31 == 0
        default: false
        }
    }

    /// Appends the inflated data.
    ///
    /// - Throws: where it is damaged, cut off, followed by something else, or inflates to more than a limit. The output
    ///   may have got a part then.
    package func inflate(_ data: Span<UInt8>, into output: inout [UInt8]) throws(MessageError) {
        guard let stream = ready(), let size = UInt32(exactly: data.count) else {
            throw MessageError("there is no memory to inflate the message", .crowded)
        }
        var fault: MessageError?
        // The pointers do not leave the calls: the stream's are forgotten at their end.
        data.withUnsafeBufferPointer { input in
            // zlib does not write to its input; its older declaration lacks the const.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = size
            fault = run(stream, room: min(limit, Int(size) &* Self.ratioLimit &+ Self.freeBytes), &output)
            stream.pointee.next_in = nil
            stream.pointee.avail_in = 0
        }
        if let fault { throw fault }
    }

    /// Inflates piece by piece until the stream's end, or a fault.
    private func run(
        _ stream: UnsafeMutablePointer<z_stream>,
        room most: Int,
        _ output: inout [UInt8]
    ) -> MessageError? {
        var room = most
        while true {
            var status = Z_OK
            var count = 0
            piece.withUnsafeMutableBufferPointer { piece in
                stream.pointee.next_out = piece.baseAddress
                stream.pointee.avail_out = UInt32(Self.pieceSize)
                status = CZlib.inflate(stream, Z_NO_FLUSH)
                // zlib counts the given size down.
                count = Self.pieceSize &- Int(stream.pointee.avail_out)
                stream.pointee.next_out = nil
            }
            guard count <= room else {
                return MessageError("the message inflates to more than \(most) bytes", .tooLong)
            }
            room &-= count
            output.append(piece.span.extracting(0..<count))
            switch status {
            case Z_STREAM_END:
                return stream.pointee.avail_in == 0 ? nil : MessageError("something follows the compressed message")
            case Z_OK where stream.pointee.avail_in > 0 || count == Self.pieceSize:
                continue
            case Z_OK, Z_BUF_ERROR:
                return MessageError("the compressed message is cut off", .incomplete)
            case Z_MEM_ERROR:
                return MessageError("there is no memory to inflate the message", .crowded)
            default:
                return MessageError("the compressed message is damaged")
            }
        }
    }

    /// The stream, at its beginning.
    private func ready() -> UnsafeMutablePointer<z_stream>? {
        if let stream { return inflateReset(stream) == Z_OK ? stream : nil }
        let new = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        new.initialize(to: z_stream())
        // The largest window, and 32 more: zlib recognizes zlib and gzip.
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(new, MAX_WBITS + 32, zlibVersion(), size) == Z_OK else {
            new.deallocate()
            return nil
        }
        piece = [UInt8](repeating: 0, count: Self.pieceSize)
        stream = new
        return new
    }
}
