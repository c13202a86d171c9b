import Foundation
import TestSupport
import Testing

/// Connections of clients that a proxy has named.
extension RestartTests {
    /// The flags of a listener `in` of syslog behind proxies on this host.
    private func proxied() throws -> [String] {
        let file = """
            [[listener]]
            name = "in"
            protocol = "syslog"
            proxy_protocol = true
            trusted_proxies = ["127.0.0.1", "unix"]

            """
        try Data(file.utf8).write(to: directory.url.appending(path: "sockserved.toml"))
        return ["--config", directory.path("sockserved.toml")]
    }

    @Test(arguments: [false, true]) func proxiedConnectionsGoOn(unix: Bool) throws {
        let flags = try proxied()
        let (socket, address) = try listen(unix: unix)
        var daemon = try start(socket, as: "in", flags)
        let (busy, silent) = (try TestSocket(to: address), try TestSocket(to: address))
        try busy.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 514\r\n<13>one\n<13>tw")
        try silent.send("PROXY TCP6 2001:db8::7 2001:db8::1 4712 514\r\n")
        _ = try daemon.messages(awaiting: 1)
        #expect(daemon.stop() == 0)
        #expect(daemon.log.contains("2 connections are kept for the next start"))
        daemon = try start(socket, as: "in", flags)
        try busy.send("o\n")
        try silent.send("<13>three\n")
        for client in [busy, silent] {
            client.endSending()
            #expect(try client.receiveToEnd() == "")
        }
        let records = try daemon.messages(awaiting: 3)
        #expect(records.compactMap { $0["message"] }.sorted() == ["one", "three", "two"])
        for record in records {
            let isBusy = record["message"] != "three"
            #expect(record["peer"] == (isBusy ? "192.0.2.7:4711" : "[2001:db8::7]:4712"))
            #expect(record["proxy"]?.hasPrefix(unix ? "unix:pid=" : "127.0.0.1:") == true)
        }
        #expect(Set(records.filter { $0["message"] != "three" }.map { $0["proxy"] }).count == 1)
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [] && daemon.statedCounts["in"]?.committed == 2)
    }

    @Test func aConnectionWithoutItsWholeHeaderEnds() throws {
        let flags = try proxied()
        let (socket, address) = try listen(unix: false)
        let daemon = try start(socket, as: "in", flags)
        let clients = try ["", "PROXY TCP4 192.0."].map { start in
            let client = try TestSocket(to: address)
            try client.send(start)
            return client
        }
        // It has been accepted after them.
        let last = try TestSocket(to: address)
        try last.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 514\r\n<13>one\n")
        _ = try daemon.messages(awaiting: 1)
        #expect(daemon.stop() == 0)
        #expect(daemon.log.contains("1 connections are kept for the next start"))
        // A reset where a part of a header was left unread.
        for client in clients { #expect((try? client.receive()) ?? [] == []) }
        #expect(!last.hasInput)
    }

    @Test(arguments: ProxyProgram.Kind.announcing)
    func clientsOfRealProxiesNoticeNothing(kind: ProxyProgram.Kind) throws {
        let flags = try proxied()
        let (socket, address) = try listen(unix: false)
        var daemon = try start(socket, as: "in", flags)
        let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
        let proxy = try ProxyProgram(kind, to: port, in: directory)
        let client = try TestSocket(to: proxy.address)
        for number in 1...3 {
            try client.send("<13>message \(number)\n")
            _ = try daemon.messages(awaiting: number)
            #expect(daemon.stop() == 0)
            daemon = try start(socket, as: "in", flags)
        }
        client.endSending()
        #expect(try client.receiveToEnd() == "")
        let records = try daemon.messages(awaiting: 3)
        #expect(records.map { $0["message"] } == (1...3).map { "message \($0)" })
        #expect(Set(records.map { $0["peer"] }) == [client.name])
        #expect(Set(records.map { $0["proxy"] }).count == 1)
    }
}
