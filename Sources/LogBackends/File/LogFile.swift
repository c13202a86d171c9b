import CLinux
import Glibc
import Linux
import LogRecords

/// A log file that may be renamed, deleted or truncated: it gets whole records, in order.
///
/// A record may be in the file twice when fdatasync(2) failed and the record could not be truncated; no record is torn or
/// missing.
struct LogFile: ~Copyable {
    /// How often the path is compared with the file that is open, while records are written or something has changed.
    private static let rotationCheckInterval = Duration.milliseconds(500)
    /// And how often while nothing seems to happen: not every change is noticed.
    private static let quietCheckInterval = Duration.seconds(30)
    /// The most memory that is kept from one write to the next.
    private static let keptBytes = 2 * 1024 * 1024
    /// How many bytes go into one write(2), and one batch more.
    private static let writeBytes = 1024 * 1024
    /// How many bytes gather before the kernel is asked to write them to the disk.
    private static let writebackBytes = 4 * 1024 * 1024

    private let path: String
    private let sync: FileSync
    private var handle: LogFileHandle
    private var watch: FileWatch
    /// Whether the path may lead to another file.
    private var isSuspect = true
    /// Whether the path must be opened again before the next write.
    private var mustReopen = false
    /// Whether the file is known to end with a newline; unknown at first, since other processes may write to the file.
    private var endsWithNewline = false
    private var nextRotationCheck: ContinuousClock.Instant
    /// The number of bytes that were written since the kernel was last asked to write to the disk.
    private var dirtyBytes = 0
    /// The bytes of one write(2): to copy costs less than a system call for each small batch.
    private var buffer: [UInt8] = []

    init(path: String, sync: FileSync) throws(SystemError) {
        self.path = path
        self.sync = sync
        handle = try Self.open(path, sync)
        watch = handle.watch()
        nextRotationCheck = .now + Self.rotationCheckInterval
    }

    mutating func close() {
        handle.close()
    }

    /// The time after which `check` is to be called, if there is nothing to write.
    var checkInterval: Duration {
        isSuspect || watch.descriptor == nil ? Self.rotationCheckInterval : Self.quietCheckInterval
    }

    /// Readable when `check` is to be called sooner.
    var checkDescriptor: Int32? { isSuspect ? nil : watch.descriptor }

    /// Looks at the path if it may lead to another file, or if it was not looked at for a while.
    mutating func check() {
        if !isSuspect, watch.takeChanges() {
            // Not at once but after the interval: logrotate creates the new file itself, after it has renamed the old one.
            isSuspect = true
        } else if isSuspect || ContinuousClock.now >= nextRotationCheck {
            checkRotation()
        }
    }

    /// Opens the path again if it leads to another file; the renamed file stays in use until that succeeds.
    private mutating func checkRotation() {
        nextRotationCheck = .now + Self.rotationCheckInterval
        isSuspect = mustReopen || !handle.isCurrent
        guard isSuspect else { return }
        // The next check tries again, and a write that needs the new file reports the error.
        try? reopen()
    }

    /// Writes records; see `LogOutput.write`.
    mutating func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        if ContinuousClock.now >= nextRotationCheck { checkRotation() }
        startWriteback()
        for _ in 0..<3 {
            if mustReopen {
                do {
                    try reopen()
                } catch {
                    return WriteOutcome(done: 0, failure: error)
                }
            }
            let outcome = append(batches, skipping: skipped)
            // Records in a file that was deleted meanwhile are lost with it, so they are written again.
            if handle.isLinked { return outcome }
            mustReopen = true
        }
        let advice = "something deletes the file as soon as it is there"
        return WriteOutcome(done: 0, failure: SystemError("cannot keep", path, Errno(ENOENT), advice: advice))
    }

    /// Makes the kernel begin to write to the disk before so much has gathered that writing it delays the next write(2).
    ///
    /// Left to itself, the kernel begins with gigabytes, and on ext4 each write(2) may then wait for some 30 ms. Called
    /// before a write, since those whose records have just been written need not wait for it.
    private mutating func startWriteback() {
        guard sync == .none, dirtyBytes >= Self.writebackBytes else { return }
        dirtyBytes = 0
        handle.startWriteback()
    }

    private mutating func append(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        let lead = !endsWithNewline && handle.endsWithinLine ? 1 : 0
        let (written, failure) = appendBytes(of: batches, skipping: skipped, after: lead)
        let whole = Self.wholeRecords(in: written, of: batches, skipping: skipped, after: lead)
        dirtyBytes += written
        var outcome = WriteOutcome(done: whole.count, failure: failure.map { .file("cannot write to", path, $0) })
        if written > whole.end {
            endsWithNewline = handle.truncateLast(written - whole.end)
        } else if written > 0 {
            endsWithNewline = true
        }
        if sync == .data, whole.count > 0, let reason = handle.synchronize() {
            // The kernel drops pages that it could not write (fsync(2)), so all records are written again.
            _ = handle.truncateLast(whole.end)
            mustReopen = true
            outcome = WriteOutcome(done: 0, failure: .file("cannot sync", path, reason))
        }
        return outcome
    }

    /// Writes the records' bytes.
    ///
    /// - Parameters:
    ///   - batches: the batches with the records.
    ///   - skipped: how many records at the start of the first batch are written already.
    ///   - lead: how many newlines to write before them.
    /// - Returns: the number of written bytes, and the error that stopped the write.
    private mutating func appendBytes(
        of batches: [LogBatch],
        skipping skipped: Int,
        after lead: Int
    ) -> (written: Int, failure: Errno?) {
        if buffer.capacity > Self.keptBytes { buffer = [] }
        var written = 0
        buffer.removeAll(keepingCapacity: true)
        if lead > 0 { buffer.append(UInt8(ascii: "\n")) }
        for (index, batch) in batches.enumerated() {
            buffer.append(batch.bytes.span.extracting(batch.start(of: index == 0 ? skipped : 0)...))
            guard buffer.count >= Self.writeBytes || index == batches.count - 1 else { continue }
            let (count, failure) = handle.append(buffer.span)
            written += count
            if failure != nil { return (written, failure) }
            buffer.removeAll(keepingCapacity: true)
        }
        return (written, nil)
    }

    /// Counts the records that were written as a whole.
    ///
    /// - Parameters:
    ///   - written: the number of bytes that were written.
    ///   - batches: the records.
    ///   - skipped: the number of records at the front of the first batch that were not to be written.
    ///   - lead: the number of bytes before the first record.
    /// - Returns: the number of whole records, and the end of the last one.
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
            let origin = end - batch.start(of: skipped)
            if let last = batch.ends.last, origin + last <= written {
                count += batch.count - skipped
                end = origin + last
                continue
            }
            let ends = batch.ends[skipped...].prefix { origin + $0 <= written }
            count += ends.count
            if let last = ends.last { end = origin + last }
            break
        }
        return (count, end)
    }

    private mutating func reopen() throws(SystemError) {
        // The old file needs no sync: its records were reported as committed only after a sync.
        handle = try Self.open(path, sync)
        watch = handle.watch()
        // Until it was looked at once: what happened before the watch was not noticed.
        isSuspect = true
        mustReopen = false
        endsWithNewline = false
        dirtyBytes = 0
        nextRotationCheck = .now + Self.rotationCheckInterval
    }

    private static func open(_ path: String, _ sync: FileSync) throws(SystemError) -> LogFileHandle {
        let handle = try LogFileHandle(opening: path)
        if sync == .data { try syncDirectory(of: path) }
        return handle
    }

    /// Syncs the directory, since a file just created may otherwise be missing after a loss of power; see fsync(2).
    private static func syncDirectory(of path: String) throws(SystemError) {
        let directory = SystemError.directory(of: path)
        let descriptor = retrying { Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw .file("cannot open directory", directory, .last) }
        defer { Glibc.close(descriptor) }
        // EINVAL: the file system does not sync directories.
        guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL else {
            throw .file("cannot sync directory", directory, .last)
        }
    }
}
