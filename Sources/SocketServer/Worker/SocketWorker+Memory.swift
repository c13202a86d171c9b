extension SocketWorker {
    /// Ends the connections that hold most memory for unfinished messages, until there is some room.
    ///
    /// Of the source that holds most, the connection that holds most: a sender with a message of ordinary size does not
    /// make way for one that fills the memory. To be called seldom, as it looks at all connections.
    ///
    /// - Parameter limit: how much all may hold together.
    func makeRoom(below limit: Int) {
        var holders: [Source: [any BufferHolder]] = [:]
        var sums: [Source: Int] = [:]
        loop.forEachMember { member in
            guard let connection = member as? any BufferHolder else { return }
            // Connections that hold little are kept.
            guard connection.heldMemory > MessageRecorder.freeBuffer else { return }
            holders[connection.source, default: []].append(connection)
            sums[connection.source, default: 0] += connection.heldMemory
        }
        for source in holders.keys { holders[source]?.sort { $0.heldMemory < $1.heldMemory } }
        // Some room, so that the next one does not have to look again.
        let goal = limit - limit / 16
        while messages.bufferedMemory > goal {
            guard let most = sums.max(by: { $0.value < $1.value })?.key, let last = holders[most]?.popLast() else {
                return
            }
            sums[most, default: 0] -= last.heldMemory
            last.giveUpUnfinished()
        }
    }
}
