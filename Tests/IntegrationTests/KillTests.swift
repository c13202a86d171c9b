import Foundation
import TestSupport
import Testing

/// The daemon is killed while it works.
@Suite struct KillTests {
    @Test(arguments: ["none", "data"])
    func everyAnsweredClientIsRecorded(sync: String) throws {
        let directory = try TemporaryDirectory()
        let flags = ["--listen", "hello@tcp:127.0.0.1:0", "--log-sync", sync]
        var answered: [String] = []
        for round in 1...3 {
            let before = directory.text("server.log").utf8.count
            let daemon = try DaemonProcess(flags, in: directory)
            // The last line of the run before, whole or not, has an end.
            let first = String(decoding: directory.text("server.log").utf8.dropFirst(before), as: UTF8.self)
                .drop { $0 == "\n" }
            #expect(try LogLine(try #require(first.split(separator: "\n").first)).message.hasPrefix("sockserved "))
            let load = HelloLoad(at: try #require(daemon.addresses.first))
            #expect(load.hasAnswered(more: 40 * round))
            daemon.signal(SIGKILL)
            #expect(daemon.exitCode() == -SIGKILL)
            answered += try #require(load.stop()).answered
            // What a crash of the machine may leave: the beginning of a line.
            if round == 2 { try append("2023-09-04 12:00:00,1", to: daemon.logPath) }
        }
        let lines = directory.text("server.log").split(separator: "\n")
        let received = Set(
            lines.compactMap { line in
                line.firstRange(of: ":DEBUG:Received data: ").map { line[$0.upperBound...] }
            }
        )
        #expect(answered.count >= 240)
        #expect(answered.filter { !received.contains(Substring($0)) } == [])
        // Nothing but the torn line, and at most one that the kill cut off in each round, is not a whole record.
        let torn = lines.filter { (try? LogLine($0)) == nil }
        #expect(torn.contains("2023-09-04 12:00:00,1"))
        #expect(torn.count <= 4)
    }

    private func append(_ text: String, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }
}
