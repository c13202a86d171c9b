import Linux
import LogFormats

/// What is due for a connection after some time.
extension StreamConnection {
    func tick() {
        if worker.loop.isStopping {
            if records.areAnswered, machine.isReceiving { perform(machine.timedOut()) }
            handOver()
        }
        // It is not silent: it is not read.
        if isThrottled {
            idle.noteActivity(at: worker.loop.now)
            records.prolong(at: worker.loop.now)
        }
        if records.areOverdue(at: worker.loop.now) {
            takeLeft()
            take(.overdue)
        }
        switch idle.due(in: machine.state, at: worker.loop.now) {
        case .quiet where !socket.canReceive:
            if records.awaitSilence { noteSilence() }
            records.releaseMemory()
            if worker.loop.isStopping, isIdle { abort() }
        case .timeout(let wait):
            records.log.recordTimeout(wait, by: self)
            takeLeft()
            take(.end)
            perform(machine.timedOut())
        case .end: end(.orderly)
        case .quiet, .nothing: break
        }
        awaitDeadline()
    }

    /// Whether nothing is under way on a quiet connection.
    ///
    /// Senders of messages keep theirs open for hours.
    private var isIdle: Bool {
        guard records.areBetweenMessages, records.areSettled else { return false }
        return !records.areData || idle.mayStop(at: worker.loop.now)
    }

    private func noteSilence() {
        guard records.haveLeft, look(.silence, limit: worker.buffer.count) else { return take(.silence) }
    }

    /// Asks for a tick when something may be due; an earlier one stays, which costs less than to move it each time.
    func awaitDeadline() {
        guard membership != nil else { return }
        let time = idle.nextDue(in: machine.state, awaitsQuiet: records.awaitQuiet, overdue: records.nextOverdue)
        if let time { worker.loop.schedule(self, by: time) }
    }
}
