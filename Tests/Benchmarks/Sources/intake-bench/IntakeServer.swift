import BenchSupport
import Glibc

/// A server in the comparison: a row of the table.
final class IntakeServer {
    /// The measured values of one run.
    struct Sample {
        let messagesPerSecond: Double
        /// Microseconds of server CPU, user and system, for one message.
        let cpu: Double
    }

    let name: String
    /// Whether it is sockserved.
    let isDaemon: Bool
    private let process: ServerProcess
    private let port: UInt16
    private let path: String
    private(set) var samples: [Sample] = []
    private(set) var userTicks = 0
    private(set) var systemTicks = 0
    private(set) var missing = 0
    private(set) var surplus = 0

    /// Whether every message of all runs is in the file once.
    var isWhole: Bool { missing == 0 && surplus == 0 }

    /// Starts the server and waits until it receives.
    init(
        _ recipe: ServerRecipe,
        form: MessageForm,
        folder: String,
        datagrams: DatagramRate? = nil
    ) throws(BenchError) {
        name = recipe.name
        if case .daemon = recipe.kind { isDaemon = true } else { isDaemon = false }
        port = try Sockets.freePort()
        path = "\(folder)/\(recipe.name).log"
        let command =
            if let datagrams {
                try datagrams.commandPrefix + recipe.datagramCommand(port: port, path: path, folder: folder)
            } else {
                try recipe.command(for: form, port: port, path: path, folder: folder)
            }
        process = try ServerProcess(name: name, command: command)
        guard datagrams == nil else {
            try awaitDatagrams()
            return
        }
        try process.waitUntilServing { () throws(BenchError) in try Sockets.tryStream(to: port) }
    }

    deinit { unlink(path) }

    /// Runs the load, waits for all messages in the file, counts them, and measures the cost for the server.
    func measure(_ stock: MessageStock, connections: Int, mode: WriteMode, counts: Bool) throws(BenchError) {
        var lines = try LineCount(path: path, messages: stock.count)
        let cpuBefore = try process.cpuNanoseconds()
        let ticksBefore = try process.ticks()
        let begin = Clock.monotonic()
        do {
            try Load.run(stock, port: port, connections: connections, mode: mode)
            try lines.awaitAll()
        } catch {
            throw BenchError("\(name): \(error)")
        }
        let seconds = Double(Clock.monotonic() - begin) / 1e9
        // The last connections' ends may still be under way in the server.
        Clock.sleep(milliseconds: 50)
        let cpu = try process.cpuNanoseconds() - cpuBefore
        let ticks = try process.ticks()
        missing += lines.missing
        surplus += lines.surplus
        guard counts else { return }
        userTicks += ticks.user - ticksBefore.user
        systemTicks += ticks.system - ticksBefore.system
        samples.append(
            Sample(
                messagesPerSecond: Double(stock.count) / seconds,
                cpu: Double(cpu) / 1000 / Double(stock.count)
            )
        )
    }

    /// Sends so many datagrams a second, waits until no more come into the file, and measures the cost of each that did.
    func measure(_ stock: MessageStock, rate: Int, counts: Bool) throws(BenchError) {
        var lines = try LineCount(path: path, messages: stock.count)
        let cpuBefore = try process.cpuNanoseconds()
        let ticksBefore = try process.ticks()
        let begin = Clock.monotonic()
        try DatagramLoad.run(stock, port: port, rate: rate)
        let seconds = Double(Clock.monotonic() - begin) / 1e9
        try lines.awaitAll(patience: 1_000_000_000)
        let cpu = try process.cpuNanoseconds() - cpuBefore
        let ticks = try process.ticks()
        guard counts else { return }
        missing += lines.missing
        surplus += lines.surplus
        userTicks += ticks.user - ticksBefore.user
        systemTicks += ticks.system - ticksBefore.system
        let received = Double(stock.count - lines.missing)
        samples.append(Sample(messagesPerSecond: received / seconds, cpu: Double(cpu) / 1000 / received))
    }

    /// Waits until the port is bound: until then datagrams are refused.
    private func awaitDatagrams() throws(BenchError) {
        let address = Sockets.loopback(port: port)
        try process.waitUntilServing { () throws(BenchError) in
            let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            defer { close(descriptor) }
            guard Sockets.connect(descriptor, to: address) == 0 else { throw BenchError("connect", code: errno) }
            for _ in 0..<2 {
                guard send(descriptor, "x", 1, Int32(MSG_NOSIGNAL)) == 1 else { throw BenchError("send", code: errno) }
                Clock.sleep(milliseconds: 20)
            }
        }
    }

    func forgetSamples() {
        samples = []
        userTicks = 0
        systemTicks = 0
        missing = 0
        surplus = 0
    }
}
