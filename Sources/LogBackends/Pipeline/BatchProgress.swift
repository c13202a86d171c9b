/// The distribution of newly settled records over batches.
struct BatchProgress: Equatable {
    /// The number of finished batches, from the front.
    private(set) var finished = 0
    /// Records that are newly settled, by batch.
    private(set) var settled: [Int] = []
    /// Records settled in the first batch that is not finished.
    private(set) var skipped: Int

    /// - Parameters:
    ///   - counts: the number of records in each batch.
    ///   - skipped: the number of records of the first batch that were settled before.
    ///   - done: the number of newly settled records.
    init(_ counts: [Int], skipped: Int, done: Int) {
        self.skipped = skipped
        var rest = done
        for count in counts where finished == settled.count {
            let open = count - self.skipped
            guard rest >= open else {
                settled.append(rest)
                self.skipped += rest
                return
            }
            settled.append(open)
            rest -= open
            finished += 1
            self.skipped = 0
        }
    }
}
