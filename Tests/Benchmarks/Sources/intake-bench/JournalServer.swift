import BenchSupport

/// A server that writes to a journal, with the service that keeps it: a row of the table.
final class JournalServer {
    /// The measured values of one run; CPU in microseconds of user and system time for one message.
    struct Sample {
        let messagesPerSecond: Double
        let own: Double
        let service: Double

        var sum: Double { own + service }
    }

    /// How long neither the server nor the service has used its CPU when all is written, in nanoseconds.
    private static let quiet: UInt64 = 300_000_000

    let name: String
    private let process: ServerProcess
    private let journal: JournalService
    private let port: UInt16
    private(set) var samples: [Sample] = []
    private(set) var missing = 0
    private(set) var surplus = 0

    /// Starts the server and waits until it receives.
    init(name: String, port: UInt16, command: [String], journal: JournalService) throws(BenchError) {
        self.name = name
        self.port = port
        self.journal = journal
        process = try ServerProcess(name: name, command: command)
        try process.waitUntilServing { () throws(BenchError) in try Sockets.tryStream(to: port) }
    }

    /// Sends all messages over one connection, waits until all are in the journal, and counts them there.
    func measure(_ stock: MessageStock, folder: String, counts: Bool) throws(BenchError) {
        var lines = try LineCount(path: "\(folder)/journal", messages: stock.count)
        let since = Clock.realtime()
        let ownBefore = try process.cpuNanoseconds()
        let serviceBefore = try journal.cpuNanoseconds()
        let begin = Clock.monotonic()
        do {
            try Load.run(stock, port: port, connections: 1, mode: .blocks)
        } catch {
            throw BenchError("\(name): \(error)")
        }
        let end = try awaitQuiet()
        let own = try process.cpuNanoseconds() - ownBefore
        let service = try journal.cpuNanoseconds() - serviceBefore
        try journal.export(since: since, to: "\(folder)/journal")
        try lines.awaitAll(patience: 100_000_000)
        guard counts else { return }
        missing += lines.missing
        surplus += lines.surplus
        let count = Double(stock.count)
        samples.append(
            Sample(
                messagesPerSecond: count / (Double(end - begin) / 1e9),
                own: Double(own) / 1000 / count,
                service: Double(service) / 1000 / count
            )
        )
    }

    /// Returns when the last CPU was used.
    private func awaitQuiet() throws(BenchError) -> UInt64 {
        var last = Clock.monotonic()
        var used: UInt64 = 0
        while Clock.monotonic() - last < Self.quiet {
            let now = try process.cpuNanoseconds() + journal.cpuNanoseconds()
            // A wake-up that finds nothing takes some microseconds.
            if now - used > 100_000 {
                used = now
                last = Clock.monotonic()
            }
            Clock.sleep(milliseconds: 5)
        }
        return last
    }
}
