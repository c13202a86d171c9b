/// The batches that the output has been given and has not settled, in order, with their producers' accounts.
struct WriteWindow {
    private(set) var batches: [LogBatch] = []
    private var accounts: [ProducerAccount] = []
    /// The number of settled records of the first batch.
    private(set) var skipped = 0
    /// The size of all batches, in bytes.
    private(set) var bytes = 0

    var isEmpty: Bool { batches.isEmpty }

    mutating func add(_ submissions: [LogQueue.Submission]) {
        for submission in submissions {
            batches.append(submission.batch)
            accounts.append(submission.account)
            bytes += submission.batch.size
        }
    }

    /// Removes the settled records.
    ///
    /// - Parameters:
    ///   - done: the number of newly settled records, from the front.
    ///   - finished: set to the batches whose records are all settled.
    /// - Returns: the newly settled records of each account, counted from the front.
    mutating func acknowledge(_ done: Int, _ finished: inout [LogBatch]) -> [(ProducerAccount, Range<Int>)] {
        let progress = BatchProgress(batches.map(\.count), skipped: skipped, done: done)
        finished = Array(batches[..<progress.finished])
        batches.removeFirst(progress.finished)
        for batch in finished { bytes -= batch.size }
        var shares: [(ProducerAccount, Range<Int>)] = []
        var first = 0
        for (account, count) in zip(accounts, progress.settled) where count > 0 {
            shares.append((account, first..<(first + count)))
            first += count
        }
        accounts.removeFirst(progress.finished)
        skipped = progress.skipped
        return shares
    }
}
