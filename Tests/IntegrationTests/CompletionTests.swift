import Foundation
import TestSupport
import Testing

/// The completions of bash, compared with the options of the command.
@Suite struct CompletionTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func offersEveryOptionAndNoOther() throws {
        #expect(try Set(complete("sockserved --")) == Set(ManualPageTests.flags().map { "--\($0)" }))
        #expect(try complete("sockserved --log-l") == ["--log-level"])
        #expect(try complete("sockserved --log-level info --check") == ["--check-config"])
    }

    @Test(arguments: ["log-backend", "log-level", "log-sync", "log-format", "syslog-facility"])
    func offersValuesThatAreTaken(option: String) throws {
        let offered = try complete("sockserved --\(option) ")
        #expect(!offered.isEmpty)
        #expect(try complete("sockserved --\(option)=") == offered)
        for value in offered {
            try expectTaken(["--\(option)", value])
        }
    }

    /// The complaint about a wrong value lists the right ones.
    @Test(arguments: ["log-backend", "log-level", "log-sync"])
    func offersEveryValue(option: String) throws {
        let outcome = try BuiltProgram.run(["--\(option)", "@", "--check-config"], in: directory)
        let list = try #require(outcome.complaints.first?.firstMatch(of: #/known: ([^;]*)/#), "\(outcome)")
        #expect(try Set(complete("sockserved --\(option) ")) == Set(list.1.components(separatedBy: ", ")))
    }

    /// bash ends words at `@`, `:` and `=`, and replaces only the part after the last one.
    @Test func offersListenersPartByPart() throws {
        let protocols = try complete("sockserved --listen ")
        #expect(protocols.allSatisfy { $0.hasSuffix("@") })
        let outcome = try BuiltProgram.run(["--listen", "none@tcp:127.0.0.1:0", "--check-config"], in: directory)
        let list = try #require(outcome.complaints.first?.firstMatch(of: #/known: ([^;]*)/#), "\(outcome)")
        #expect(Set(protocols.map { String($0.dropLast()) }) == Set(list.1.components(separatedBy: ", ")))
        #expect(try complete("sockserved --listen pyt") == ["python@"])
        #expect(try complete("sockserved --listen=pyt") == ["python@"])
        #expect(try complete("sockserved --listen syslog@") == ["tcp:", "udp:", "unix:", "unixgram:"])
        #expect(try complete("sockserved --listen=syslog@un") == ["unix:", "unixgram:"])
        for kind in ["tcp:127.0.0.1:1", "udp:127.0.0.1:1", "unix:/run/x", "unixgram:/run/x"] {
            try expectTaken(["--listen", "\(protocols[0])\(kind)"])
        }
    }

    @Test func offersFiles() throws {
        let path = directory.path("settings.toml")
        try Data().write(to: URL(filePath: path))
        #expect(try complete("sockserved --config \(directory.path("set"))") == [path])
        #expect(try complete("sockserved --config=\(directory.path("set"))") == [path])
        #expect(try complete("sockserved --listen hello@unix:\(directory.path("set"))") == [path])
        #expect(try complete("sockserved --threads ") == [])
    }

    // MARK: -

    /// What is offered at the end of a line.
    private func complete(_ line: String) throws -> [String] {
        // compopt works only while bash itself completes.
        let script = """
            compopt() { :; }
            source "$0"
            COMP_LINE=$1 COMP_POINT=${#1}
            _sockserved
            if [ ${#COMPREPLY[@]} -gt 0 ]; then printf '%s\\n' "${COMPREPLY[@]}"; fi
            """
        let file = Checkout.path("packaging/sockserved.bash-completion")
        let outcome = try BuiltProgram.run("/bin/bash", ["-c", script, file, line], in: directory)
        #expect(outcome.status == 0 && outcome.complaints.isEmpty, "\(outcome)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    private func expectTaken(_ arguments: [String]) throws {
        try Data().write(to: directory.url.appending(path: "empty.toml"))
        let all = arguments + ["--config", directory.path("empty.toml"), "--check-config"]
        let outcome = try BuiltProgram.run(all, in: directory)
        #expect(outcome.status == 0, "\(arguments): \(outcome.complaints)")
    }
}
