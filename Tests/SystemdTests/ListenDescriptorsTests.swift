import Foundation
import TestSupport
import Testing

@testable import Systemd

@Suite struct ListenDescriptorsTests {
    private func names(_ environment: [String: String], processID: Int32 = 7) throws(EnvironmentError) -> [String] {
        try ListenDescriptors.names(in: { environment[$0] }, processID: processID)
    }

    @Test func nothingPassedIsNone() throws {
        #expect(try names([:]).isEmpty)
        #expect(try names(["LISTEN_PID": "7"]).isEmpty)
        #expect(try names(["LISTEN_FDS": "2"]).isEmpty)
    }

    @Test func namesComeInOrder() throws {
        let environment = ["LISTEN_PID": "7", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "web:sockserved.socket:web"]
        #expect(try names(environment) == ["web", "sockserved.socket", "web"])
    }

    @Test func withoutNamesAllAreUnknown() throws {
        #expect(try names(["LISTEN_PID": "7", "LISTEN_FDS": "2"]) == ["unknown", "unknown"])
    }

    @Test func whatIsMeantForAnotherProcessIsNone() throws {
        // Not even looked at: it may be anything.
        #expect(try names(["LISTEN_PID": "8", "LISTEN_FDS": "nonsense", "LISTEN_FDNAMES": "::"]).isEmpty)
    }

    @Test(arguments: ["", "0", "-1", "+1", " 1", "1 ", "1x", "65536", "99999999999999999999", "٣"])
    func malformedCountsAreErrors(_ count: String) throws {
        let error = #expect(throws: EnvironmentError.self) { try names(["LISTEN_PID": "7", "LISTEN_FDS": count]) }
        #expect(error?.description == "LISTEN_FDS=\(count): expected a number from 1 to 65535")
    }

    @Test(arguments: ["", "0", "-7", "+7", "7 ", "seven", "2147483648"])
    func malformedProcessIdsAreErrors(_ processID: String) throws {
        let error = #expect(throws: EnvironmentError.self) { try names(["LISTEN_PID": processID, "LISTEN_FDS": "1"]) }
        #expect(error?.variable == "LISTEN_PID")
    }

    @Test(arguments: ["", "a", "a:b:c", "a:b:"])
    func namesThatDoNotMatchTheCountAreErrors(_ list: String) throws {
        let error = #expect(throws: EnvironmentError.self) {
            try names(["LISTEN_PID": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": list])
        }
        #expect(error?.variable == "LISTEN_FDNAMES")
    }

    @Test func noBytesTrap() {
        var generator = SeededGenerator(seed: 1)
        let characters = Array("0123456789:-+ xé\u{0}")
        for _ in 0..<5000 {
            let values = (0..<3).map { _ in
                String(
                    (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                        characters.randomElement(using: &generator) ?? "0"
                    }
                )
            }
            let environment = ["LISTEN_PID": "7", "LISTEN_FDS": values[1], "LISTEN_FDNAMES": values[2]]
            if let names = try? names(environment) {
                #expect(names.count == Int(values[1]))
            }
            _ = try? self.names(["LISTEN_PID": values[0], "LISTEN_FDS": values[1]])
        }
    }

    /// Puts copies of descriptors at consecutive numbers that nothing else uses, as systemd does from 3 on.
    private func place(_ descriptors: [Int32], at first: Int32) {
        for (offset, descriptor) in descriptors.enumerated() {
            dup2(descriptor, first + Int32(offset))
        }
    }

    @Test func takesDescriptorsClosesThemOnExecAndCleansUp() throws {
        let directory = try TemporaryDirectory()
        let stream = try UnixReceiver(.stream, at: directory.path("stream"))
        let datagram = try UnixReceiver(.datagram, at: directory.path("datagram"))
        let first: Int32 = 700
        place([stream.descriptor, datagram.descriptor], at: first)
        defer {
            close(first)
            close(first + 1)
        }
        var environment = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "one:two", "HOME": "/"]

        let taken = try ListenDescriptors.take(
            first: first,
            environment: { environment[$0] },
            unset: { environment[$0] = nil }
        )

        #expect(taken.map(\.descriptor) == [first, first + 1])
        #expect(taken.map(\.name) == ["one", "two"])
        #expect(taken.map(\.kind) == [.unixStream, .unixDatagram])
        #expect(fcntl(first, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(first + 1, F_GETFD) == FD_CLOEXEC)
        #expect(environment == ["HOME": "/"])
    }

    @Test func aDescriptorThatIsNotOpenIsAnErrorThatNamesIt() throws {
        var environment = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "1"]
        let error = #expect(throws: EnvironmentError.self) {
            try ListenDescriptors.take(
                first: 60_000,
                environment: { environment[$0] },
                unset: { environment[$0] = nil }
            )
        }
        #expect(error?.description == "LISTEN_FDS=1: descriptor 60000 is not open (Bad file descriptor)")
        #expect(environment.isEmpty)
    }
}
