import Foundation
import Linux
import TestSupport
import Testing

@testable import Systemd

/// The messages to systemd, and what of them a receiver gets that takes descriptors as systemd does.
@Suite struct NotifierStoreTests {
    private let directory: TemporaryDirectory
    private let manager: UnixReceiver
    private let notifier: Notifier

    init() throws {
        directory = try TemporaryDirectory()
        manager = try UnixReceiver(.datagram, at: directory.path("notify"))
        notifier = Notifier(socketPath: directory.path("notify"))
    }

    private func receive() throws -> (text: String, descriptors: [Int32])? {
        guard let message = try DescriptorMessage.receive(from: manager.descriptor, limit: 4096) else { return nil }
        return (String(decoding: message.bytes, as: UTF8.self), message.descriptors)
    }

    @Test func descriptorsGoWithTheirName() throws {
        let pipe = Pipe()
        let ends = [pipe.fileHandleForReading.fileDescriptor, pipe.fileHandleForWriting.fileDescriptor]
        try notifier.store(ends, named: "pipe")
        let stored = try #require(try receive())
        #expect(stored.text == "FDSTORE=1\nFDNAME=pipe")
        #expect(stored.descriptors.count == 2)
        // They are the same pipe.
        #expect(write(stored.descriptors[1], "x", 1) == 1)
        #expect(pipe.fileHandleForReading.availableData == Data("x".utf8))
        #expect(stored.descriptors.allSatisfy { fcntl($0, F_GETFD) == FD_CLOEXEC })
        for descriptor in stored.descriptors { close(descriptor) }

        try notifier.store([ends[0]], named: "state", isPolled: false)
        let unpolled = try #require(try receive())
        #expect(unpolled.text == "FDSTORE=1\nFDNAME=state\nFDPOLL=0")
        close(unpolled.descriptors[0])
        try notifier.removeStored(named: "state")
        #expect(try receive()?.text == "FDSTOREREMOVE=1\nFDNAME=state")
    }

    @Test func asManyAsAMessageCanCarry() throws {
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        try notifier.store([Int32](repeating: file, count: 253), named: "many")
        let stored = try #require(try receive())
        #expect(Set(stored.descriptors).count == 253)
        for descriptor in stored.descriptors { close(descriptor) }
        #expect(throws: Errno(EINVAL)) { try notifier.store([Int32](repeating: file, count: 254), named: "many") }
    }

    @Test(arguments: ["", "a:b", "a\nFDPOLL=0", "é", "\u{7f}", String(repeating: "x", count: 256)])
    func namesThatSystemdDoesNotTakeAreErrors(_ name: String) throws {
        #expect(throws: Errno(EINVAL)) { try notifier.store([0], named: name) }
        #expect(throws: Errno(EINVAL)) { try notifier.removeStored(named: name) }
        #expect(try receive() == nil)
        try notifier.removeStored(named: String(repeating: "x", count: 255))
    }

    @Test func aBarrierEndsWhenItsDescriptorIsClosed() throws {
        let isOver = DispatchSemaphore(value: 0)
        let notifier = notifier
        Foundation.Thread.detachNewThread {
            try? notifier.barrier(within: .seconds(20))
            isOver.signal()
        }
        var barrier: (text: String, descriptors: [Int32])?
        let came = try eventually {
            barrier = try receive()
            return barrier != nil
        }
        #expect(came)
        #expect(barrier?.text == "BARRIER=1")
        #expect(isOver.wait(timeout: .now() + 0.05) == .timedOut)
        close(try #require(barrier?.descriptors.first))
        #expect(isOver.wait(timeout: .now() + 10) == .success)
    }

    @Test func aBarrierWithoutAnAnswerEndsInTime() throws {
        #expect(throws: Errno(ETIMEDOUT)) { try notifier.barrier(within: .milliseconds(20)) }
        try Notifier(socketPath: nil).barrier(within: .seconds(1))
    }

    // MARK: the queue

    /// Takes what a queue has stored, as systemd does, and answers barriers.
    private func keep() throws -> Int32 {
        #expect(try receive()?.text == "FDSTOREREMOVE=1\nFDNAME=q")
        let stored = try #require(try receive())
        #expect(stored.text == "FDSTORE=1\nFDNAME=q\nFDPOLL=0")
        return try #require(stored.descriptors.first)
    }

    @Test func whatIsPutInComesOutInOrder() throws {
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        let kept: Int32
        do {
            let queue = try DescriptorQueue(named: "q", keptBy: notifier)
            kept = try keep()
            for kind in UInt8(0)..<20 { try queue.put([Int32](repeating: file, count: Int(kind) + 1), kind: kind) }
        }
        // The one who has put them in is gone.
        let entries = DescriptorQueue.takeAll(from: kept)
        #expect(entries.map(\.kind) == Array(0..<20))
        #expect(entries.map(\.descriptors.count) == Array(1...20))
        let null = try FileIdentity(descriptor: file)
        for descriptor in entries.flatMap(\.descriptors) {
            #expect(try FileIdentity(descriptor: descriptor) == null)
            close(descriptor)
        }
    }

    @Test func moreThanFindsRoomIsAnError() throws {
        let queue = try DescriptorQueue(named: "q", keptBy: notifier)
        let kept = try keep()
        var count = 0
        #expect(throws: Errno(EAGAIN)) {
            while true {
                try queue.put([0], kind: 1)
                count += 1
            }
        }
        #expect(count > 200)
        #expect(DescriptorQueue.takeAll(from: kept).count == count)
    }

    @Test func aQueueThatIsNotKeptIsNoticed() throws {
        let queue = try DescriptorQueue(named: "q", keptBy: notifier)
        // The barrier is not answered.
        #expect(!queue.isKept(within: .milliseconds(10)))
        close(try keep())
        let descriptor = manager.descriptor
        let answers = DispatchSemaphore(value: 0)
        Foundation.Thread.detachNewThread {
            for _ in 0..<2 {
                while true {
                    let message = try? DescriptorMessage.receive(from: descriptor, limit: 100)
                    guard let message else {
                        usleep(1000)
                        continue
                    }
                    for descriptor in message.descriptors { close(descriptor) }
                    break
                }
                answers.signal()
            }
        }
        #expect(!queue.isKept(within: .seconds(10)))
        #expect(throws: Errno(EPIPE)) { try queue.put([0], kind: 1) }
        answers.wait()
        answers.wait()
    }

    /// As when the service is stopped: the kernel closes what is in the queue.
    @Test func whatNobodyTakesOutIsClosed() throws {
        let queue = try DescriptorQueue(named: "q", keptBy: notifier)
        let kept = try keep()
        let pipe = Pipe()
        try queue.put([pipe.fileHandleForWriting.fileDescriptor], kind: 1)
        try pipe.fileHandleForWriting.close()
        var entry = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: 0, revents: 0)
        #expect(poll(&entry, 1, 0) == 0)
        close(kept)
        #expect(poll(&entry, 1, 5000) == 1)
    }
}
