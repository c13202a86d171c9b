import Linux
import LogFormats

/// What happens to a connection in the course of time.
extension StreamConnection {
    /// How long a peer that has got its reply may take to end its side.
    private static let drainTime = Duration.seconds(2)
    /// Who sends messages and is silent for so long has nothing under way.
    private static let quietTime = Duration.milliseconds(250)

    func checkDeadline() {
        switch machine.state {
        case .receiving:
            settleMessages()
            if machine.state == .receiving { checkIdle("nothing received for ") }
            if loop.isStopping { endIfQuiet() }
        case .sending:
            checkIdle("the reply was not taken for ")
        case .draining:
            if loop.now - lastActivity >= Self.drainTime { end(nil) }
        case .pausing, .committing, .done:
            break
        }
    }

    /// Ends a connection whose messages are all written, as the daemon stops: handlers keep theirs open for hours.
    private func endIfQuiet() {
        guard let intake, intake.framing.held.isEmpty, machine.state == .receiving, !mayReceive,
            loop.now - lastActivity >= Self.quietTime, recorder.isSettled(through: lastPosition)
        else { return }
        giveUp()
    }

    /// Ends the connection now, as the daemon stops.
    func giveUp() {
        switch machine.state {
        case .receiving:
            endMessages()
            guard machine.state == .receiving else { return }
            // An orderly end would say that all it sent is recorded.
            let isCommitted = recorder.isSettled(through: lastPosition) && !isRefused && !machine.hasRefused
            isCommitted ? end(nil) : reset("the daemon stops")
        case .draining: end(nil)
        case .pausing, .committing, .sending: reset("the daemon stops")
        case .done: break
        }
    }

    private func checkIdle(_ what: StaticString) {
        guard let timeout = listener.limits.idleTimeout, loop.now - lastActivity >= timeout else { return }
        recordTimeout(what)
        endMessages()
        perform(machine.timedOut())
    }
}
