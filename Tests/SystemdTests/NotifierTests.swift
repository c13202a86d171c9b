import Foundation
import Linux
import TestSupport
import Testing

@testable import Systemd

@Suite struct NotifierTests {
    private let directory: TemporaryDirectory
    private let manager: UnixReceiver
    private let notifier: Notifier

    init() throws {
        directory = try TemporaryDirectory()
        manager = try UnixReceiver(.datagram, at: directory.path("notify"))
        notifier = Notifier(socketPath: directory.path("notify"))
    }

    @Test func eachStateIsOneDatagram() throws {
        try notifier.ready()
        try notifier.stopping()
        try notifier.watchdog()
        try notifier.status("2 listeners")
        #expect(manager.receiveText() == "READY=1")
        #expect(manager.receiveText() == "STOPPING=1")
        #expect(manager.receiveText() == "WATCHDOG=1")
        #expect(manager.receiveText() == "STATUS=2 listeners")
        #expect(manager.poll() == nil)
    }

    @Test func reloadingCarriesTheMonotonicTime() throws {
        func monotonic() -> Int {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
        }
        let before = monotonic()
        try notifier.reloading()
        let lines = try #require(manager.receiveText()).split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = try #require(lines.last?.split(separator: "=").last.flatMap { Int($0) })
        #expect(lines.last == "MONOTONIC_USEC=\(time)")
        #expect((before...monotonic()).contains(time))
    }

    @Test func statusIsOneLineWhateverIsInIt() throws {
        try notifier.status("a\nREADY=1\r\u{0}b\u{7f}é")
        #expect(manager.receiveText() == "STATUS=a READY=1  b é")
    }

    @Test func longStatusIsCutAtACharacter() throws {
        try notifier.status(String(repeating: "é", count: 5000))
        #expect(manager.receiveText() == "STATUS=" + String(repeating: "é", count: 1024))
    }

    @Test func abstractSocketsAreReached() throws {
        let name = "@sockserved-test-\(UUID().uuidString)"
        let manager = try UnixReceiver(.datagram, at: name)
        try Notifier(socketPath: name).ready()
        #expect(manager.receiveText() == "READY=1")
    }

    @Test func withoutAManagerNothingHappens() throws {
        for path in [nil, ""] as [String?] {
            let notifier = Notifier(socketPath: path)
            #expect(!notifier.isEnabled)
            try notifier.ready()
            try notifier.status("x")
        }
        #expect(notifier.isEnabled)
    }

    @Test func aManagerThatIsGoneIsAnError() throws {
        manager.close()
        #expect(throws: Errno(ECONNREFUSED)) { try notifier.ready() }
        unlink(directory.path("notify"))
        #expect(throws: Errno(ENOENT)) { try notifier.ready() }
        #expect(throws: Errno(ENAMETOOLONG)) { try Notifier(socketPath: String(repeating: "x", count: 108)).ready() }
        #expect(throws: Errno(EINVAL)) { try Notifier(socketPath: "a\u{0}b").ready() }
    }
}
