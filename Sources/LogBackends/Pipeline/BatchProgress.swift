/// How a number of settled records spreads over batches.
struct BatchProgress: Equatable {
    /// Batches from the front that are finished.
    private(set) var finished = 0
    /// Records that are newly settled, by batch.
    private(set) var settled: [Int] = []
    /// Records settled in the first batch that is not finished.
    private(set) var skipped: Int

    /// - Parameters:
    ///   - counts: the number of records in each batch.
    ///   - skipped: how many of the first batch were settled before.
    ///   - done: how many more are now.
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
