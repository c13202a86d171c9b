import LogFormats
import LogRecords
import TLS

/// The input of a connection, in turns.
extension StreamConnection {
    /// Receives now, or after those that have less to do.
    func takeTurn() {
        if turn.isBusy, let membership { worker.loop.resumeLater(membership) } else { pump() }
    }

    /// Receives as long as there is something and the machine wants it, but leaves the others their turn.
    func pump() {
        guard turn.begin(at: socket.bytesReceived) else { return }
        let (start, startCount) = (socket.bytesReceived, records.messageCount)
        defer {
            let messages = records.messageCount &- startCount
            turn.end(at: socket.bytesReceived, isPausing: machine.state == .pausing, messages: messages)
            throttle?.take(self, messages: messages, bytes: socket.bytesReceived &- start)
            if records.owedAnswers > 0 { awaitAnswers() }
            awaitDeadline()
        }
        var isAdmitted = false
        while turn.takeReceive(at: socket.bytesReceived) {
            let isInputDue = socket.canReceive && machine.wantsInput && records.mayTakeMore
            // The throttle is asked once a turn.
            guard isInputDue, socket.bytesReceived < handoverPoint, isAdmitted || throttle?.admits(self) != false
            else { return suspendIfDue() }
            isAdmitted = true
            // Asked before each receive: many connections may receive, and each adds to what waits.
            if machine.isReceiving, isPipelineFull { becomeFull() } else { receive() }
        }
        if let membership { worker.loop.resumeLater(membership) }
    }

    /// Whether the records that wait leave no space for more of this connection's.
    ///
    /// A busy stream stops sooner, so that the records of others do not wait for all that it could send.
    var isPipelineFull: Bool { turn.isBusy ? worker.recorder.hasBacklog : worker.recorder.isFull }

    private func receive() {
        let limit = min(machine.receiveLimit, turn.maxBytes)
        if worker.memory.isScarce, look(.pause, limit: limit) { return }
        receive(limit: limit)
    }

    func receive(limit: Int) {
        switch socket.receive(into: worker.buffer, limit: limit) {
        case .bytes(let bytes):
            // The worker's buffer is written to by the next receive only, and that is not under way.
            take(bytes.span)
        case .nothing: take(.pause)
        case .incomplete: break
        case .end:
            take(.end)
            if machine.records(endOfInput: true) { records.log.recordReceived(Span(), by: self) }
            perform(machine.inputClosed())
        case .broken where machine.isDraining: perform(machine.inputClosed())
        // A stream of TLS that the peer has not ended: its complete messages count.
        case .broken(let failure):
            take(.pause)
            records.reportUnfinished(failure.description)
            end(.lost(.tls(failure)))
        case .failed(let error):
            take(.pause)
            records.countUnfinished()
            end(machine.isDraining ? .resetByPeer : .lost(.system(error)))
        }
    }

    private func take(_ bytes: Span<UInt8>) {
        // Bytes that trickle in after the reply do not lengthen the time for it.
        if !machine.isDraining { idle.noteActivity(at: worker.loop.now) }
        take(.input, bytes)
        if !socket.canReceive { take(.pause) }
        perform(machine.received(bytes, isFull: isPipelineFull))
    }

    func take(_ step: StreamIntake.Step, _ input: Span<UInt8> = Span()) {
        guard machine.isReceiving else { return }
        act(on: records.take(step, input, at: worker.loop.now, by: self))
    }

    func act(on outcome: StreamIntake.Outcome) {
        switch outcome {
        case .good: break
        case .malformed: machine.receivedMalformed()
        case .broken: perform(machine.broken())
        case .overdue: end(.lost(.overdueMessage))
        case .crowded: worker.makeRoom()
        }
    }
}
