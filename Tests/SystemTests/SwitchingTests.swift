import TestSupport
import Testing

extension SystemTests {
    /// Sockets that are added, removed and moved one by one, by the commands of README.
    @Suite
    struct SwitchingTests {
        private static let syslog = ["--server", "127.0.0.1", "--tcp", "--port", "514"]
        private static let service = "sockserved.service"

        @Test
        func furtherSocketIsAddedUnderLoad() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved")
                let load = try installed.underLoad {
                    try journal.waitForExchanges(50)
                    try installed.systemctl("enable", "sockserved-syslog.socket")
                    try installed.systemctl("restart", "sockserved")
                    try installed.send("added", "--server", "127.0.0.1", "--tcp", "--port", "514")
                    try journal.waitForExchanges(100)
                }
                #expect(load.failures == [])
                try journal.expectRecords(of: load)
                try journal.expectSent(["added"])
            }
        }

        @Test
        func helloIsSwitchedOffWhileOthersRun() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("enable", "sockserved-syslog.socket")
                try installed.systemctl("start", "sockserved")
                let journal = installed.journal()
                #expect(try installed.isListening(on: 12345))
                let sent = try installed.whileSending(to: Self.syslog) {
                    try installed.systemctl("disable", "--now", "sockserved.socket")
                }
                try journal.expectSent(sent)
                #expect(try !installed.isListening(on: 12345))
                // Neither a restart nor another client brings it back.
                try installed.systemctl("restart", "sockserved")
                #expect(try !installed.isListening(on: 12345))
                #expect(try installed.property("StatusText").contains("listeners: 4;"))
            }
        }

        @Test
        func removedSocketIsClosedAndTheOthersGoOn() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("enable", "sockserved-syslog.socket", "sockserved-json.socket")
                try installed.systemctl("start", "sockserved")
                let journal = installed.journal()
                #expect(try installed.isListening(on: 5170))
                let sent = try installed.whileSending(to: Self.syslog) {
                    try installed.systemctl("disable", "--now", "sockserved-json.socket")
                    #expect(try !installed.isListening(on: 5170))
                }
                try journal.expectSent(sent)
                #expect(try !installed.isListening(on: 5170))
            }
        }

        /// `systemctl restart sockserved` alone cannot open the new address; the error names the right command.
        @Test
        func editedSocketNeedsARestartOfItsOwnAndTheDaemonSaysSo() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("start", "sockserved")
                try installed.edit("sockserved.socket", "[Socket]", "ListenStream=", "ListenStream=0.0.0.0:7000")
                let journal = installed.journal()
                #expect(throws: CommandFailure.self) { try installed.systemctl("restart", "sockserved") }
                #expect(try installed.property("ExecMainStatus") == "78")
                let said = try journal.strayOutput()
                #expect(said.count == 1, "\(said)")
                let advice = "\"systemctl restart sockserved.service sockserved.socket\""
                #expect(said.first?.contains("passed in no socket") == true, "\(said)")
                #expect(said.first?.contains(advice) == true, "\(said)")
                try installed.systemctl("restart", Self.service, "sockserved.socket")
                #expect(try installed.hello(to: "tcp:127.0.0.1:7000").reply == "Hello, client!")
                #expect(try !installed.isListening(on: 12345))
            }
        }

        @Test(arguments: [["sockserved.service", "sockserved.socket"], ["sockserved.socket"]])
        func editedSocketMovesAndTheOthersGoOn(units: [String]) throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("enable", "sockserved-syslog.socket")
                try installed.systemctl("start", "sockserved")
                let journal = installed.journal()
                try installed.edit("sockserved.socket", "[Socket]", "ListenStream=", "ListenStream=127.0.0.1:7000")
                let sent = try installed.whileSending(to: Self.syslog) {
                    let result = try installed.host.start(["systemctl", "restart"] + units).finish()
                    #expect(result.status == 0, "\(result)")
                    #expect(try installed.hello(to: "tcp:127.0.0.1:7000").reply == "Hello, client!")
                }
                try journal.expectSent(sent)
                #expect(try !installed.isListening(on: 12345))
            }
        }

        @Test
        func startWithoutASocketIsOneClearLine() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("disable", "--now", "sockserved.socket")
                let journal = installed.journal()
                #expect(throws: CommandFailure.self) { try installed.systemctl("start", "sockserved") }
                #expect(try installed.property("ExecMainStatus") == "78")
                #expect(try installed.property("ActiveState") == "failed")
                #expect(try installed.property("NRestarts") == "0")
                let said = try journal.strayOutput()
                #expect(said.count == 1, "\(said)")
                #expect(said.first?.contains("\"systemctl enable sockserved.socket\"") == true, "\(said)")
            }
        }

        @Test
        func ownSocketUnitNeedsAName() throws {
            try InstalledHost.shared.get().use { installed in
                let unit = "/run/systemd/system/mysyslog.socket"
                let lines = "[Socket]\nListenStream=127.0.0.1:7100\nService=sockserved.service\n"
                try installed.host.write(lines, to: unit)
                try installed.systemctl("daemon-reload")
                defer {
                    _ = try? installed.host.run("systemctl", "stop", "mysyslog.socket", Self.service)
                    _ = try? installed.host.run("rm", unit)
                }
                try installed.systemctl("disable", "sockserved.socket")
                try installed.systemctl("start", "mysyslog.socket")
                let journal = installed.journal()
                #expect(throws: CommandFailure.self) { try installed.systemctl("start", "sockserved") }
                #expect(try installed.property("ExecMainStatus") == "78")
                let said = try journal.strayOutput().joined(separator: "\n")
                #expect(said.contains("FileDescriptorName= in the [Socket] section of mysyslog.socket"), "\(said)")
            }
        }

        @Test
        func portThatTheSandboxForbidsNamesTheDropIn() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--listen syslog@tcp:127.0.0.1:7000")
                let journal = installed.journal()
                #expect(throws: CommandFailure.self) { try installed.systemctl("start", "sockserved") }
                #expect(try installed.property("ExecMainStatus") == "78")
                let said = try journal.strayOutput()
                #expect(said.count == 1, "\(said)")
                #expect(said.first?.contains("own-ports.conf") == true, "\(said)")
            }
        }
    }
}
