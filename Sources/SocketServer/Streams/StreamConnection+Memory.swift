import Linux
import LogFormats
import LogRecords

extension StreamConnection: MemoryHolder {
    var heldMemory: Int { records.heldMemory }

    func releaseMemory() { records.releaseMemory() }

    /// Ends the connection, and reports the message that has begun.
    func giveUp() {
        records.reportCrowded()
        end(.lost(.memory))
    }

    // MARK: the beginning of a message that is left with the kernel

    /// Takes the messages that are complete, and leaves the rest with the kernel.
    ///
    /// The rest is looked at again when more has come, and taken when it does not fit there, or counts as it is.
    ///
    /// - Parameters:
    ///   - closing: how messages may end if there is no more.
    ///   - limit: the most bytes to look at, which is at most the size of the buffer.
    /// - Returns: false where the bytes are to be received as always.
    func look(_ closing: PeekClosing, limit: Int) -> Bool {
        guard machine.isReceiving, socket.mayLeave, records.mayLeave,
            let peeked = socket.peek(into: worker.buffer, limit: limit)
        else { return false }
        let isAll = peeked.count < limit
        // With less than all there was always something to take.
        let maxLeft = min(StreamIntake.maxLeft, socket.maxLeft, limit - 1)
        let now = worker.loop.now
        guard
            let (outcome, taken) = records.look(
                at: peeked.span,
                isAll ? closing : .nothing,
                maxLeft: maxLeft,
                at: now,
                by: self
            )
        else { return false }
        guard socket.take(taken, of: peeked.count, isAll: isAll) else {
            end(.lost(.system(.last)))
            return true
        }
        if closing != .silence { idle.noteActivity(at: now) }
        act(on: outcome)
        if taken > 0 {
            perform(machine.received(peeked.span.extracting(first: taken), isFull: isPipelineFull))
        }
        if isAll, !socket.hasRoom { takeLeft() }
        return true
    }

    /// Receives what was left with the kernel: nothing more is waited for.
    func takeLeft() {
        if machine.isReceiving, records.haveLeft { receive(limit: worker.buffer.count) }
    }
}
