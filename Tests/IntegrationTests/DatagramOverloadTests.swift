import Foundation
import TestSupport
import Testing

/// More datagrams than can be recorded: lost datagrams are counted, and memory is bounded.
@Suite(.enabled(if: MountNamespace.isAvailable, "no mount namespace can be made here"))
struct DatagramOverloadTests {
    private static let count = 40_000

    @Test func whatTheKernelDropsIsCounted() throws {
        let directory = try TemporaryDirectory()
        let disk = directory.path("disk")
        mkdir(disk, 0o755)
        let daemon = try DaemonProcess(
            [
                "--listen", "discard@udp:127.0.0.1:0", "--log-file", "\(disk)/server.log", "--queue-size", "64K",
            ],
            in: directory,
            through: MountNamespace.wrapper(mounting: "-t tmpfs -o size=64m tmpfs '\(disk)'"),
            privateLog: "\(disk)/server.log"
        )
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        let filler = "/proc/\(daemon.pid)/root\(disk)/filler"
        let file = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let page = [UInt8](repeating: 0, count: 4096)
        while write(file, page, page.count) > 0 {}
        close(file)

        let padding = String(repeating: "p", count: 400)
        for number in 0..<Self.count { try client.send("\(number);\(padding)") }
        #expect(eventually { daemon.complaints.contains("No space left on device") })
        #expect(try #require(daemon.residentBytes) < 150 << 20)
        unlink(filler)
        #expect(eventually { daemon.complaints.contains(" works again after ") })
        // The kernel reports the number of drops with the next datagram.
        var sent = Self.count
        let accounted = try eventually {
            try client.send("\(sent);")
            sent += 1
            usleep(50_000)
            let (received, dropped) = try figures(daemon)
            return dropped > 0 && received.count + dropped == sent
        }
        let (received, dropped) = try figures(daemon)
        #expect(accounted, "\(received.count) received and \(dropped) dropped of \(sent)")
        #expect(received == received.sorted())
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        let counts = try #require(daemon.statedCounts["discard"])
        #expect(counts.received == sent && counts.committed == received.count)
        #expect(counts.dropped == counts.reasons["buffer"])
    }

    /// The numbers of the datagrams received, and how many were dropped.
    private func figures(_ daemon: DaemonProcess) throws -> (received: [Int], dropped: Int) {
        var received: [Int] = []
        var dropped = 0
        // The last line may just be on its way.
        for line in daemon.log.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let message = try LogLine(line).message
            if message.hasPrefix("Received data from ") {
                let text = message.split(separator: ": ", maxSplits: 1).last?.prefix { $0 != ";" }
                received.append(try #require(text.flatMap { Int($0) }))
            } else if let end = message.firstRange(of: " datagrams dropped by the kernel at discard: ") {
                dropped += try #require(Int(message[..<end.lowerBound]))
            }
        }
        return (received, dropped)
    }
}
