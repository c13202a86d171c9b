/// The commits that a connection waits for, and the answers to messages that depend on them.
extension StreamConnection: CommitObserver, SpaceWaiter {
    func recordRejected() { hasRejectedRecord = true }

    func committed() {
        guard !records.areAnswered else { return answerCommitted() }
        perform(machine.committed(!hasRejectedRecord))
        takeTurn()
    }

    func hasSpace() {
        records.prolong(at: worker.loop.now)
        perform(machine.hasSpace(isFull: isPipelineFull))
        takeTurn()
    }

    // MARK: answers; the connection receives on while they are owed

    /// Waits for the commits that the answers which are owed depend on.
    func awaitAnswers() {
        // `committed` will be called.
        guard !awaitsAnswers else { return }
        awaitsAnswers = true
        // A client whose window is full sends nothing that could join these records.
        if records.owedAnswers >= RELPIntake.window { worker.recorder.flush() }
        worker.recorder.commits.awaitCommit(self, through: records.answerPosition)
    }

    /// Answers what is settled, and goes on.
    private func answerCommitted() {
        awaitsAnswers = false
        answer()
        // Not at once: a commit that is there at once calls from within a turn.
        if machine.wantsInput, let membership { worker.loop.resumeLater(membership) }
        awaitDeadline()
    }

    /// Sends the answers that are due, in one write, and waits for those that are not.
    func answer() {
        guard machine.takesAnswers else { return }
        let settled = worker.recorder.commits.fetchSettled(awaiting: nil)
        // Fetching the position may have called `recordRejected`.
        if hasRejectedRecord {
            hasRejectedRecord = false
            records.recordRejection()
        }
        let isEnding = machine.awaitsLastAnswers
        guard let answers = records.takeAnswers(through: settled, isEnding: isEnding, byPeer: machine.inputEnded) else {
            return awaitAnswers()
        }
        perform(machine.answer(answers.bytes, areLast: answers.areLast))
        if machine.takesAnswers, records.owedAnswers > 0 { awaitAnswers() }
    }
}
