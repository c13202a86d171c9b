import Glibc
import Linux
import Systemd

/// The output of a `JournaldBackend`: each record of a batch is one entry in the native form, and one datagram.
///
/// Never several entries in a datagram: from systemd 253 on journald keeps only the first of them.
final class JournalOutput: LogOutput {
    /// The number of entries that share one look at the socket's path, which is a system call.
    private static let chunk = 64

    private var socket: JournalSocket

    /// - Parameter path: journald's socket; connected to by the first write.
    init(path: String) {
        socket = JournalSocket(path: path)
    }

    deinit {
        socket.disconnect()
    }

    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        var outcome = WriteOutcome(done: 0)
        var index = skipped
        do throws(Errno) {
            for batch in batches {
                while index < batch.count {
                    let end = min(index + Self.chunk, batch.count)
                    try writeChunk(of: batch, index..<end, &outcome)
                    index = end
                }
                index = 0
            }
        } catch {
            outcome.failure = SystemError("cannot write to", socket.path, error)
        }
        return outcome
    }

    /// Connecting is the writer's.
    var canWriteWithoutWaiting: Bool { socket.isConnected }

    /// Sends up to the first entry for which there is no room, or that is too large for a datagram.
    func writeWithoutWaiting(_ batch: LogBatch) -> Int {
        var sent = 0
        var failure: Errno?
        do throws(Errno) {
            while sent < batch.count {
                try socket.sendWithoutWaiting(batch.bytes.span.extracting(batch.range(of: sent)))
                sent += 1
            }
        } catch {
            failure = error
        }
        guard JournalSocket.isBroken(failure) || !socket.isAtPath else { return sent }
        socket.disconnect()
        return 0
    }

    func close() {
        socket.disconnect()
    }

    /// Writes some entries, and adds those that certainly arrived to the outcome.
    ///
    /// What was sent over a connection that is found broken, or whose socket was replaced, is sent again over a new one.
    private func writeChunk(of batch: LogBatch, _ range: Range<Int>, _ outcome: inout WriteOutcome) throws(Errno) {
        var isNew = false
        while true {
            if !socket.isConnected {
                try socket.connect()
                isNew = true
            }
            var sent = WriteOutcome(done: 0)
            let failure = send(batch, range, &sent)
            if JournalSocket.isBroken(failure) || !socket.isAtPath {
                socket.disconnect()
                guard isNew else { continue }
                throw failure ?? Errno(ENOENT)
            }
            outcome.rejected += sent.rejected.map { outcome.done + $0 }
            outcome.done += sent.done
            guard let failure else { return }
            throw failure
        }
    }

    private func send(_ batch: LogBatch, _ range: Range<Int>, _ sent: inout WriteOutcome) -> Errno? {
        for index in range {
            do throws(Errno) {
                if try !send(batch.bytes.span.extracting(batch.range(of: index))) { sent.rejected.append(sent.done) }
                sent.done += 1
            } catch {
                return error
            }
        }
        return nil
    }

    /// Sends one entry: as a datagram; where it is too large, in a file; else by libsystemd.
    ///
    /// - Returns: false when journald will never take it.
    private func send(_ entry: Span<UInt8>) throws(Errno) -> Bool {
        do throws(Errno) {
            try socket.send(entry)
            return true
        } catch {
            guard error.number == EMSGSIZE || error.number == ENOBUFS else { throw error }
        }
        do throws(Errno) {
            try socket.send(try SealedFile(entry))
            return true
        } catch {
            if JournalSocket.isBroken(error) { throw error }
        }
        // There are no such files here, or no more descriptors: libsystemd knows further ways.
        let failure = NativeEntry.sendByLibrary(entry)
        if failure?.number == EINVAL || failure?.number == E2BIG { return false }
        if let failure { throw failure }
        return true
    }
}
