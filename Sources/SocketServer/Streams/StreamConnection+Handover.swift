import Linux
import LogRecords

/// A stream of log messages outlives the process: one process stops at what it has received, and the next goes on there.
extension StreamConnection {
    // MARK: the stop

    /// Receives what has come so far, waits for its records, and leaves the socket to the next process.
    ///
    /// Called a quarter of a second after the stop began: if it is no restart, what clients send then is lost, and those
    /// that have just connected have sent it by then. Where the next process cannot go on, as with TLS, whose session ends
    /// with the process, the connection ends as others do when the daemon stops.
    func handOver() {
        guard handoverPoint == .max, worker.handover != nil, records.areMessages, !socket.isEncrypted else { return }
        handoverPoint = socket.bytesReceived &+ socket.unreadCount
        pump()
    }

    /// Receives nothing more if the next process is to go on.
    func suspendIfDue() {
        if handoverPoint < .max { perform(machine.suspended()) }
    }

    /// Receives nothing while the pipeline has no space, and nothing more if the next process is to go on.
    func becomeFull() {
        perform(handoverPoint < .max ? machine.suspended() : machine.becameFull())
    }

    /// Leaves the socket to the next process.
    func leave() {
        guard let handover = worker.handover, let state = ConnectionState(of: socket, machine, records) else {
            return end(.lost(.stop))
        }
        release()
        if let membership = membership.take() { worker.loop.remove(membership, leaving: socket.descriptor) }
        handover.add(Handover.Connection(socket.descriptor, state))
    }

    /// Gives back what it shares with other connections.
    func release() {
        records.release()
        place = nil
        worker.loop.cancel(self)
    }

    // MARK: the start

    /// Goes on where an earlier process has stopped; in place of `start`.
    func start(from state: ConnectionState) {
        socket.resume(from: state)
        if state.hasMalformed { machine.receivedMalformed() }
        let isResumed = records.resume(from: state)
        records.log.recordResumption(by: self)
        guard isResumed else { return end(.lost(.unusableState)) }
        watch()
    }
}
