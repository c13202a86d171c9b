import Glibc
import LogBackends
import LogRecords
import Synchronization
import Systemd

/// The thread that serves all datagram sockets.
final class DatagramThread: Sendable {
    private let sockets: [DatagramSocket]
    private let pipeline: LogPipeline
    private let figures: ServerFigures
    private let threshold: Mutex<Severity>
    private let backend = Mutex<(any LogBackend)?>(nil)
    private let pings = Mutex<[@Sendable () -> Void]>([])
    private let stopping = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)
    private let bell = Bell()

    init(sockets: [DatagramSocket], pipeline: LogPipeline, figures: ServerFigures, threshold: Severity) {
        self.sockets = sockets
        self.pipeline = pipeline
        self.figures = figures
        self.threshold = Mutex(threshold)
    }

    var isFinished: Bool { ended.load(ordering: .acquiring) }

    func start() throws(Errno) {
        try Thread.start(named: "datagrams") { [self] in run() }
    }

    /// Receives no more, sends the replies that wait for commits, and ends.
    func stop() {
        stopping.store(true, ordering: .releasing)
        bell.ring()
    }

    func setThreshold(_ severity: Severity) {
        threshold.withLock { $0 = severity }
        bell.ring()
    }

    func setBackend(_ new: any LogBackend) {
        backend.withLock { $0 = new }
        bell.ring()
    }

    func ping(_ answer: @escaping @Sendable () -> Void) {
        pings.withLock { $0.append(answer) }
        bell.ring()
    }

    // MARK: on the thread

    private func run() {
        let bell = bell
        let producer = pipeline.makeProducer { bell.ring() }
        let recorder = Recorder(producer: producer, threshold: threshold.withLock { $0 }) {}
        let receiver = DatagramReceiver()
        let listeners = sockets.map {
            DatagramListener(
                name: $0.name,
                spoken: $0.spoken,
                socket: $0.descriptor,
                recorder: recorder,
                figures: figures
            )
        }
        while !stopping.load(ordering: .acquiring) {
            serve(listeners, receiver, recorder)
        }
        drain(listeners, receiver, recorder)
        for listener in listeners { close(listener.socket) }
        ended.store(true, ordering: .releasing)
    }

    /// Sleeps until something is to do, and does it once.
    private func serve(_ listeners: [DatagramListener], _ receiver: DatagramReceiver, _ recorder: Recorder) {
        var readable = listeners.filter(\.hasRoom)
        // Nothing to read from, and no notice to come: space came before the wait for it had begun.
        while readable.isEmpty, !recorder.awaitsSpace, !listeners.contains(where: \.isWaiting) {
            recorder.awaitSpace(listeners[0])
            readable = listeners.filter(\.hasRoom)
        }
        var entries = readable.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        entries.append(pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0))
        let limit: Int32 = listeners.contains(where: \.hasDropsToTell) ? 1000 : -1
        guard poll(&entries, nfds_t(entries.count), limit) >= 0 else { return }
        bell.reset()
        takeOrders(recorder)
        for (listener, entry) in zip(readable, entries) where entry.revents != 0 {
            _ = listener.receive(with: receiver)
        }
        for listener in listeners { listener.tellDrops() }
        recorder.flush()
        recorder.settle()
        recorder.flush()
    }

    private func takeOrders(_ recorder: Recorder) {
        recorder.threshold = threshold.withLock { $0 }
        if let new = backend.withLock({ $0.take() }) { recorder.backend = new }
        let answers = pings.withLock { pings in
            defer { pings = [] }
            return pings
        }
        for answer in answers { answer() }
    }

    /// Takes in what our own sockets hold: it would be lost with them. Then waits for the last replies to go out.
    private func drain(_ listeners: [DatagramListener], _ receiver: DatagramReceiver, _ recorder: Recorder) {
        var unread = zip(listeners, sockets).filter(\.1.isOurs).map(\.0)
        while true {
            // One that has no room for more, as yet, is asked again.
            unread.removeAll { listener in
                while listener.hasRoom {
                    guard listener.receive(with: receiver) else { return true }
                }
                return false
            }
            if unread.isEmpty {
                for listener in listeners { listener.tellDrops(isLast: true) }
            }
            recorder.flush()
            recorder.settle()
            recorder.flush()
            if unread.isEmpty, !listeners.contains(where: \.isWaiting) { return }
            bell.wait(.milliseconds(unread.isEmpty ? 1000 : 10))
        }
    }
}
