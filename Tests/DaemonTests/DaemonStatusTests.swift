import TestSupport
import Testing

@testable import Daemon
@testable import LogBackends

@Suite struct DaemonStatusTests {
    private func status() -> DaemonStatus {
        var metrics = PipelineMetrics()
        metrics.received = 100
        metrics.committed = 90
        metrics.rejected = 3
        return DaemonStatus(
            listeners: 2,
            open: 3,
            total: 40,
            datagrams: 0,
            dropped: 0,
            metrics: metrics,
            backend: "file /var/log/sockserved/server.log"
        )
    }

    @Test func figuresInOneLine() {
        #expect(
            status().text == "listeners: 2; connections: 3 open, 40 total; "
                + "records: 90 committed, 7 waiting, 3 rejected, 0 dropped; to file /var/log/sockserved/server.log"
        )
    }

    @Test func datagramsAreListedWhereThereAreAny() {
        var status = status()
        status.datagrams = 5
        status.dropped = 6
        #expect(status.text.contains("; datagrams: 5 received; "))
        #expect(status.text.contains(", 6 dropped; "))
    }

    @Test func malformedMessagesAreListedWhereThereAreAny() {
        var status = status()
        #expect(!status.text.contains("refused"))
        status.malformed = 17
        #expect(status.text.contains("; messages: 17 refused; to file "))
        status.leftOut = 4
        #expect(status.text.contains("; messages: 17 refused, 4 left out; to file "))
        status.malformed = 0
        #expect(status.text.contains("; messages: 4 left out; to file "))
        status.received = 30
        status.cut = 1
        #expect(status.text.contains("; messages: 30 received, 4 left out, 1 cut; to file "))
        (status.received, status.cut) = (0, 0)
        status.returned = 2
        #expect(status.text.contains("; messages: 4 left out, 2 came back; to file "))
    }

    @Test func aFailureIsListed() {
        var status = status()
        status.metrics.failure = MemoryBackend.failure
        #expect(status.text.hasSuffix("; which fails: cannot write to memory: No space left on device"))
        #expect(!status.text.contains("\n"))
    }

    @Test func aRejectedConfigurationComesFirst() {
        var status = status()
        status.rejectionTime = "18:13:05"
        #expect(
            status.text.hasPrefix("configuration rejected at 18:13:05, the previous one is in use; listeners: 2; ")
        )
    }
}
