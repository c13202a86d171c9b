import Testing

@testable import Systemd

@Suite struct ServiceManagerTests {
    private func hasStarted(_ environment: [String: String]) -> Bool {
        ServiceManager.hasStarted(7) { environment[$0] }
    }

    @Test func aServiceIsKnownByItsEnvironment() {
        #expect(hasStarted(["NOTIFY_SOCKET": "/run/systemd/notify"]))
        #expect(hasStarted(["SYSTEMD_EXEC_PID": "7"]))
    }

    @Test func aShellPassesOnNoService() {
        #expect(!hasStarted([:]))
        #expect(!hasStarted(["NOTIFY_SOCKET": ""]))
        #expect(!hasStarted(["SYSTEMD_EXEC_PID": "77", "INVOCATION_ID": "8e31f2403d4e4f25b4bdd1674b3f609b"]))
    }
}

@Suite struct UnitNameTests {
    @Test(arguments: [
        ("0::/system.slice/sockserved.service\n", "sockserved.service"),
        ("0::/sockserved.service", "sockserved.service"),
        ("0::/system.slice/system-web.slice/web@a.service/worker/1\n", "web@a.service"),
        ("0::/system.slice/_cgroup.service\n", "cgroup.service"),
        ("12:pids:/system.slice/other.service\n1:name=systemd:/system.slice/a.service\n0::/\n", "a.service"),
        ("1:name=systemd:/system.slice/a.service\n0::/system.slice/b.service\n", "b.service"),
        ("0::/system.slice/a:b.service\n", "a:b.service"),
    ])
    func serviceIsTheFirstPartThatIsNotASlice(text: String, name: String) {
        #expect(UnitName.service(inControlGroups: text) == name)
    }

    @Test(arguments: [
        "", "\n", "0::/\n", "0::", "0:", "::", "garbage", "0::/init.scope\n",
        "0::/user.slice/user-0.slice/session-3.scope\n",
        "0::/user.slice/user-1000.slice/user@1000.service/app.slice/sockserved.service\n", "0::/docker/0123456789ab\n",
        "0::/system.slice\n", "0::/system.slice/.service\n", "0::/system.slice/docker-0123.scope/a.service\n",
        "4:memory:/system.slice/a.service\n", "0::/\(String(repeating: "a", count: 250)).service\n",
    ])
    func anythingElseIsNone(text: String) {
        #expect(UnitName.service(inControlGroups: text) == nil)
    }

    @Test func everyTruncationIsReadWithoutHarm() {
        let text = "1:name=systemd:/system.slice/a.service\n0::/system.slice/b.service\n"
        for length in 0..<text.utf8.count {
            let name = UnitName.service(inControlGroups: String(text.prefix(length)))
            #expect([nil, "a.service", "b.service"].contains(name), "\(length)")
        }
    }
}
