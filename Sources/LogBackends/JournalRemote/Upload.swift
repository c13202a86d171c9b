import Linux
import LogRecords

/// One POST of the records of some batches to systemd-journal-remote, and how much of it is sent.
///
/// The batches themselves stay with the caller, who passes the same ones each time, perhaps followed by more.
struct Upload {
    /// The position of the first record among all of the pipeline.
    let position: UInt64
    /// The number of records.
    let count: Int

    private let head: [UInt8]
    private let batchCount: Int
    private let skippedBytes: Int
    private let length: Int
    /// Bytes of the head and the body.
    private var sent = 0

    /// - Parameters:
    ///   - batches: at least one.
    ///   - skipped: how many records at the front of the first one are not part of it.
    init(_ batches: [LogBatch], skipping skipped: Int) {
        position = Self.position(batches, skipped)
        count = batches.reduce(-skipped) { $0 + $1.count }
        batchCount = batches.count
        skippedBytes = batches.first?.start(of: skipped) ?? 0
        let size = batches.reduce(-skippedBytes) { $0 + $1.bytes.count }
        var head: [UInt8] = []
        head.append("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/vnd.fdo.journal\r\n")
        head.append("Content-Length: ")
        head.append(decimal: size)
        head.append("\r\n\r\n")
        self.head = head
        length = head.count + size
    }

    /// Whether it begins with these records.
    func begins(with batches: [LogBatch], skipping skipped: Int) -> Bool {
        position == Self.position(batches, skipped) && batches.count >= batchCount
    }

    private static func position(_ batches: [LogBatch], _ skipped: Int) -> UInt64 {
        (batches.first?.position ?? 0) &+ UInt64(skipped)
    }

    /// Whether all is sent.
    var isSent: Bool { sent == length }

    /// Sends the rest, as far as the socket takes it.
    ///
    /// - Parameters:
    ///   - batches: those that it was made of.
    ///   - send: sends a piece, and returns how many bytes of it were taken; 0: not now.
    /// - Throws: what `send` throws.
    mutating func send(_ batches: [LogBatch], by send: (Span<UInt8>) throws(Errno) -> Int) throws(Errno) {
        var sent = sent
        defer { self.sent = sent }
        guard try Self.send(head.span, at: 0, &sent, by: send) else { return }
        var start = head.count
        for index in 0..<batchCount {
            let skipped = index == 0 ? skippedBytes : 0
            let batch = batches[index]
            let piece = batch.bytes.span.extracting(skipped...)
            guard try Self.send(piece, at: start, &sent, by: send) else { return }
            start += piece.count
        }
    }

    /// Sends what is left of a piece that begins at `start`.
    ///
    /// - Returns: false when the socket did not take all of it.
    private static func send(
        _ piece: Span<UInt8>,
        at start: Int,
        _ sent: inout Int,
        by send: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Bool {
        while sent - start < piece.count {
            let taken = try send(piece.extracting((sent - start)...))
            guard taken > 0 else { return false }
            sent += taken
        }
        return true
    }
}
