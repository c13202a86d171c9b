import Glibc
import Linux
import LogRecords

/// The output of a `JournalRemoteBackend`: the records of each write are one POST over a kept connection.
///
/// The answer 202 commits all of them. After any other answer, or the end of the connection, they are sent again over a
/// new one. A POST that is not answered yet stays under way; the next call waits for it again.
final class JournalRemoteOutput: LogOutput {
    /// The status of a POST whose records are stored.
    private static let accepted = 202

    private let patience: Int32
    private var connection: RemoteConnection
    private var upload: Upload?
    private var answer = HTTPAnswer()

    /// Connects.
    ///
    /// - Parameters:
    ///   - path: the socket of systemd-journal-remote.
    ///   - patience: how long one call of `write` waits for any progress, in milliseconds.
    /// - Throws: the error of connect(2), with advice.
    init(path: String, patience: Int32) throws(SystemError) {
        self.patience = patience
        connection = RemoteConnection(path: path)
        do throws(Errno) {
            try connection.connect()
        } catch {
            let advice = error.isPermission ? "is this user in the socket's group?" : "is its socket unit started?"
            throw SystemError("cannot connect to", path, error, advice: "\(advice) see LOG BACKENDS in sockserved(8)")
        }
    }

    deinit {
        connection.disconnect()
    }

    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        do throws(SystemError) {
            return WriteOutcome(done: try commit(batches, skipped))
        } catch {
            return WriteOutcome(done: 0, failure: error)
        }
    }

    func close() {
        disconnect()
    }

    private func disconnect() {
        connection.disconnect()
        upload = nil
        answer = HTTPAnswer()
    }

    /// Sends records, over a new connection when the kept one turns out to be closed.
    ///
    /// - Returns: how many are stored.
    private func commit(_ batches: [LogBatch], _ skipped: Int) throws(SystemError) -> Int {
        if upload?.begins(with: batches, skipping: skipped) == false { disconnect() }
        var isKept = connection.isOpen
        while true {
            let status: HTTPAnswer.Status
            do throws(Errno) {
                status = try exchange(batches, skipped)
            } catch {
                // An unanswered POST stays under way: sent again, all of it would be stored twice.
                if error.number == EAGAIN { throw failure(error, "systemd-journal-remote does not answer") }
                disconnect()
                guard isKept, error.number != EPROTO else { throw failure(error) }
                isKept = false
                continue
            }
            if let count = settle(status) { return count }
            throw failure(Errno(EPROTO), "systemd-journal-remote answered \(status.code)")
        }
    }

    private func failure(_ errno: Errno, _ advice: String? = nil) -> SystemError {
        SystemError("cannot write to", connection.path, errno, advice: advice)
    }

    /// Ends the POST.
    ///
    /// - Returns: how many records are stored; nil: none for certain.
    private func settle(_ status: HTTPAnswer.Status) -> Int? {
        let isStored = status.code == Self.accepted && upload?.isSent == true
        let count = isStored ? upload?.count : nil
        if count == nil || !status.keepsConnection {
            disconnect()
        } else {
            upload = nil
            answer = HTTPAnswer()
        }
        return count
    }

    /// Sends the POST, or what is left of it, and receives its answer.
    ///
    /// - Throws: the error of the connection, `EAGAIN` when nothing happened for a while, `EPROTO` for no answer of HTTP.
    private func exchange(_ batches: [LogBatch], _ skipped: Int) throws(Errno) -> HTTPAnswer.Status {
        if !connection.isOpen { try connection.connect() }
        var upload = self.upload ?? Upload(batches, skipping: skipped)
        defer { self.upload = upload }
        while true {
            var broken: Errno?
            do throws(Errno) {
                try upload.send(batches) { piece throws(Errno) in try connection.send(piece) }
            } catch {
                // It may have answered before it closed the connection.
                broken = error
            }
            if let status = try receive() { return status }
            if let broken { throw broken }
            guard connection.wait(toSend: !upload.isSent, milliseconds: patience) else { throw Errno(EAGAIN) }
        }
    }

    private func receive() throws(Errno) -> HTTPAnswer.Status? {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while let count = try connection.receive(into: &buffer) {
            do throws(HTTPAnswer.Malformed) {
                if let status = try answer.read(buffer.span.extracting(..<count)) { return status }
            } catch {
                throw Errno(EPROTO)
            }
        }
        return nil
    }
}
