extension StreamConnection: MemoryHolder {
    var heldMemory: Int { records.heldMemory }

    func releaseMemory() { records.releaseMemory() }

    /// Ends the connection, and reports the message that has begun.
    func giveUp() {
        records.reportCrowded()
        end(.lost(.memory))
    }
}
