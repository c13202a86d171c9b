extension SocketWorker {
    /// The most memory that is held when `makeRoom` returns, as a part of the limit: room for what comes next, so that it
    /// is not asked for again soon.
    private static let goal = (15, 16)

    /// Makes the holders of most memory give it up, until there is some room.
    ///
    /// Of the source that holds most, the one that holds most: a sender with a message of ordinary size does not make
    /// way for one that fills the memory. To be called seldom, as it looks at all connections.
    func makeRoom() {
        let goal = memory.limit / Self.goal.1 * Self.goal.0
        forEachHolder { $0.releaseMemory() }
        guard memory.total > goal else { return }
        var holders: [Source: [any MemoryHolder]] = [:]
        var sums: [Source: Int] = [:]
        forEachHolder { holder in
            guard holder.heldMemory > 0 else { return }
            holders[holder.source, default: []].append(holder)
            sums[holder.source, default: 0] += holder.heldMemory
        }
        for source in holders.keys { holders[source]?.sort { $0.heldMemory < $1.heldMemory } }
        while memory.total > goal {
            guard let most = sums.max(by: { $0.value < $1.value })?.key else { return }
            guard let last = holders[most]?.popLast() else {
                sums[most] = nil
                continue
            }
            let before = last.heldMemory
            last.giveUp()
            let freed = before - last.heldMemory
            sums[most, default: 0] -= freed
            // A datagram socket gives up one message of many.
            if freed > 0, last.heldMemory > 0 { holders[most]?.append(last) }
        }
    }

    private func forEachHolder(_ body: (any MemoryHolder) -> Void) {
        loop.forEachMember { if let holder = $0 as? any MemoryHolder { body(holder) } }
        for holder in datagramHolders { body(holder) }
    }
}
