import LogBackends
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// A recorder whose records end in memory, and the calls of those who wait.
final class RecorderFixture {
    let backend: MemoryBackend
    let pipeline: LogPipeline
    let recorder: Recorder
    var calls: [String] = []

    init(
        capacity: Int = 1 << 20,
        threshold: Severity = .debug,
        paused: Bool = true,
        script: MemoryBackend.Script? = nil
    ) throws {
        backend = MemoryBackend(paused: paused, script: script)
        pipeline = try LogPipeline(backend: backend, capacity: capacity)
        recorder = Recorder(producer: pipeline.makeProducer {}, threshold: threshold)
        try pipeline.start()
    }

    func record(_ text: String, _ severity: Severity = .debug, by author: RecorderWaiter? = nil) {
        recorder.record(.dataReceived, severity, nil, by: author) { $0.append(text) }
    }

    /// Lets the backend write, and waits for it.
    func commit() {
        recorder.flush()
        backend.release()
        #expect(
            eventually {
                recorder.commits.serve()
                return pipeline.metrics.waiting == 0
            }
        )
    }

    /// Waits until there were so many calls.
    func hasCalls(_ count: Int) -> Bool {
        eventually {
            recorder.flush()
            recorder.commits.serve()
            return calls.count >= count
        }
    }

    func waiter(_ name: String) -> RecorderWaiter { RecorderWaiter(name, self) }
}

/// Waits for commits and space, and writes down each call.
final class RecorderWaiter: CommitObserver, SpaceWaiter {
    let name: String
    private var isRefused = false
    let fixture: RecorderFixture
    var atCommit: () -> Void = {}

    init(_ name: String, _ fixture: RecorderFixture) {
        self.name = name
        self.fixture = fixture
    }

    func recordRejected() { isRefused = true }

    func committed() {
        fixture.calls.append(isRefused ? "\(name) refused" : name)
        atCommit()
    }

    func hasSpace() { fixture.calls.append("\(name) has space") }
}
