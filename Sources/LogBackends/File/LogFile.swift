import CLinux
import Glibc
import Linux
import LogRecords

/// A log file that survives what happens to files: whole records, in order, at the path or where it was moved to.
///
/// A record may be in the file twice when fdatasync(2) failed after it was written and it could not be taken back;
/// none is torn or missing.
struct LogFile: ~Copyable {
    /// How often the path is compared with the file that is open.
    static let rotationCheckInterval = Duration.milliseconds(500)
    /// More memory than this is not kept from one write to the next.
    private static let keptBytes = 2 * 1024 * 1024

    private let path: String
    private let sync: FileSync
    private var handle: LogFileHandle
    /// Nothing may be written before the path has been opened again.
    private var mustReopen = false
    /// The last line is known to have an end. Not so at first: until then others may write to the file.
    private var endsWithNewline = false
    private var nextRotationCheck: ContinuousClock.Instant
    /// All that one call writes: a copy costs less than a call each for many small batches.
    private var buffer: [UInt8] = []

    init(path: String, sync: FileSync) throws(SystemError) {
        self.path = path
        self.sync = sync
        handle = try Self.open(path, sync)
        nextRotationCheck = .now + Self.rotationCheckInterval
    }

    mutating func close() {
        handle.close()
    }

    /// Opens the path again if it leads somewhere else; a file that was renamed is kept until that works.
    mutating func checkRotation() {
        nextRotationCheck = .now + Self.rotationCheckInterval
        guard mustReopen || !handle.isCurrent else { return }
        // Tried again at the next check; a write says what is wrong if it cannot do without.
        try? reopen()
    }

    /// Writes records as `LogOutput.write` says.
    mutating func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        if ContinuousClock.now >= nextRotationCheck { checkRotation() }
        for _ in 0..<3 {
            if mustReopen {
                do {
                    try reopen()
                } catch {
                    return WriteOutcome(done: 0, failure: error)
                }
            }
            let outcome = append(batches, skipping: skipped)
            // What went to a file that was deleted meanwhile is gone with it.
            if handle.isLinked { return outcome }
            mustReopen = true
        }
        let advice = "something deletes the file as soon as it is there"
        return WriteOutcome(done: 0, failure: SystemError("cannot keep", path, Errno(ENOENT), advice: advice))
    }

    private mutating func append(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        if buffer.capacity > Self.keptBytes { buffer = [] }
        buffer.removeAll(keepingCapacity: true)
        if !endsWithNewline, handle.endsWithinLine { buffer.append(UInt8(ascii: "\n")) }
        let lead = buffer.count
        for (index, batch) in batches.enumerated() {
            let start = Self.start(of: batch, skipping: index == 0 ? skipped : 0)
            buffer.append(batch.bytes.span.extracting(start...))
        }
        let (written, failure) = handle.append(buffer.span)
        let whole = Self.wholeRecords(in: written, of: batches, skipping: skipped, after: lead)
        var outcome = WriteOutcome(done: whole.count, failure: failure.map { .file("cannot write to", path, $0) })
        if written > whole.end {
            endsWithNewline = handle.truncateLast(written - whole.end)
        } else if written > 0 {
            endsWithNewline = true
        }
        if sync == .data, whole.count > 0, let reason = handle.synchronize() {
            // The kernel forgets what it could not write, so all of it is written again.
            _ = handle.truncateLast(whole.end)
            mustReopen = true
            outcome = WriteOutcome(done: 0, failure: .file("cannot sync", path, reason))
        }
        return outcome
    }

    /// Where the record after the skipped ones begins.
    private static func start(of batch: LogBatch, skipping skipped: Int) -> Int {
        skipped == 0 ? 0 : batch.ends[skipped - 1]
    }

    /// How many records are whole within the first bytes written, and where the last of them ends.
    ///
    /// - Parameter lead: how many bytes stand before the first record.
    private static func wholeRecords(
        in written: Int,
        of batches: [LogBatch],
        skipping skipped: Int,
        after lead: Int
    ) -> (count: Int, end: Int) {
        var count = 0
        var end = min(lead, written)
        for (index, batch) in batches.enumerated() {
            let skipped = index == 0 ? skipped : 0
            let origin = end - start(of: batch, skipping: skipped)
            let ends = batch.ends[skipped...].prefix { origin + $0 <= written }
            guard let last = ends.last else { break }
            count += ends.count
            end = origin + last
            if ends.count < batch.count - skipped { break }
        }
        return (count, end)
    }

    private mutating func reopen() throws(SystemError) {
        // The old file needs no sync: nothing in it was reported before it was synced.
        handle = try Self.open(path, sync)
        mustReopen = false
        endsWithNewline = false
        nextRotationCheck = .now + Self.rotationCheckInterval
    }

    private static func open(_ path: String, _ sync: FileSync) throws(SystemError) -> LogFileHandle {
        let handle = try LogFileHandle(opening: path)
        if sync == .data { try syncDirectory(of: path) }
        return handle
    }

    /// Makes the disk know the file's name: without it a file just created may be gone after a loss of power.
    private static func syncDirectory(of path: String) throws(SystemError) {
        let directory = SystemError.directory(of: path)
        let descriptor = retrying { Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw .file("cannot open directory", directory, .last) }
        defer { Glibc.close(descriptor) }
        // EINVAL: a file system that has nothing to sync there.
        guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL else {
            throw .file("cannot sync directory", directory, .last)
        }
    }
}
