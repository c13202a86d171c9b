import Foundation
import TestSupport
import Testing

/// Listeners with TLS, and Python's clients.
@Suite(.enabled(if: LogClient.python != nil, "python3 is not installed"))
struct TLSListenerTests {
    private static let truncation = "its TLS stream ended without close_notify, so its last data may be missing"

    @Test func handlerIsConfirmed() throws {
        let host = try TLSHost("python", try TLSHost.requiringClients(), "tls_allowed_clients = '*.example.com'")
        #expect(try host.run("handler") == ["confirmed"])
        let records = try host.daemon.messages()
        #expect(records.map { $0["message"] } == (0..<100).map { "message \($0)" })
        for record in records {
            #expect(
                record.values("tls_version", "tls_subject", "tls_names") == [
                    "TLSv1.3", #"CN=web1.example.com,O=Example\, Inc."#,
                    #"["web1.example.com","web1.internal","spiffe://example.com/web"]"#,
                ]
            )
            #expect(record["tls_fingerprint"]?.hasPrefix("SHA256:") == true)
        }
        #expect(try host.messages(of: "connection-closed") == ["Connection closed"])
    }

    @Test func byteInARecordEachIsRead() throws {
        let host = try TLSHost("syslog")
        #expect(try host.run("bytewise", "<14>one\n<14>two\n") == ["confirmed"])
        #expect(try host.daemon.messages().map { $0["message"] } == ["one", "two"])
        // Nothing is known of a client that is not asked.
        #expect(try host.daemon.messages().map { $0["tls_subject"] } == [nil, nil])
    }

    /// Complete messages count; the one that was begun is reported, and nothing is confirmed.
    @Test(arguments: ["truncate", "corrupt"]) func cutStreamIsNotConfirmed(action: String) throws {
        let host = try TLSHost("syslog")
        #expect(try host.run(action, "<14>whole\n<14>begun") == ["ConnectionResetError"])
        #expect(try host.daemon.messages(awaiting: 1).map { $0["message"] } == ["whole"])
        let reason = action == "truncate" ? Self.truncation : "TLS failed: decryption failed or bad record mac"
        #expect(try host.messages(of: "connection-lost") == ["Connection with PEER lost: \(reason)"])
        let refused = "Cannot read a syslog message from PEER: \(reason); first bytes: \"<14>begun\""
        #expect(try host.messages(of: "message-refused") == [refused])
        #expect(host.daemon.stop() == 0)
        #expect(host.daemon.accountingFaults() == [])
        let counts = try #require(host.daemon.statedCounts["secure"])
        #expect(counts.received == 2)
        #expect(counts.committed == 1)
        #expect(counts.malformed == 1)
    }

    @Test func replyComesWithCloseNotify() throws {
        let host = try TLSHost("hello")
        let outcome = try BuiltProgram.run(
            "/bin/sh",
            ["-c", "echo hello | openssl s_client -connect 127.0.0.1:\(host.port) -quiet 2>errors"],
            in: host.directory
        )
        #expect(outcome.output == "Hello, client!")
        // Without close_notify, s_client complains of an unexpected end.
        #expect(outcome.status == 0)
        #expect(try host.messages(of: "connection-closed") == ["Connection closed"])
    }

    @Test func handshakeIsCutAtEachByte() throws {
        let host = try TLSHost("syslog", try TLSHost.requiringClients())
        let lengths = try host.run("cut").compactMap { Int($0) }
        #expect(lengths.count == 2 && lengths.allSatisfy { $0 > 200 })
        #expect(try host.run("send", "<14>after all\n") == ["confirmed"])
        #expect(try host.daemon.messages().map { $0["message"] } == ["after all"])
        // At most ten at once, and then one a second, for the first flight as for the second.
        let reports = try host.messages(of: "tls-handshake-failed")
        #expect(
            reports.first == "TLS handshake with PEER failed: it ended the connection before the handshake was complete"
        )
        #expect(reports.count < 60)
    }

    @Test func stalledHandshakesEndAndDoNotHinderOthers() throws {
        let host = try TLSHost("syslog")
        let count = min(2000, FileLimit.raised / 2 - 100)
        #expect(
            try host.run("stall", "\(count)", "<14>other\n") == ["confirmed", "within", "\(count) after the deadline"]
        )
        #expect(try host.daemon.messages().map { $0["message"] } == ["other"])
        // Those that waited for their turn, and those that had it, in any order.
        let known = [
            "TLS handshake with PEER failed: it was not complete within 10 s",
            "TLS handshake with PEER failed: its turn did not come within 10 s, "
                + "because as many others of 127.0.0.1 went on as may",
        ]
        let reports = try host.messages(of: "tls-handshake-failed", awaiting: 10)
        #expect(reports.count >= 10)
        #expect(reports.prefix(10).filter { !known.contains($0) } == [])
    }

    /// The handshakes of one source at once are those of all threads.
    @Test(arguments: [1, 4]) func crowdIsAdmittedInPart(threads: Int) throws {
        let host = try TLSHost("syslog", threads: threads)
        // One thread may accept them all.
        let least = 64 / threads
        let answered = try #require(host.run("crowd", "200", "\(least)").first.flatMap { Int($0) })
        #expect((least...64).contains(answered), "\(answered)")
    }

    /// What an idle connection keeps; OpenSSL keeps a part of the client's certificate as long as its session.
    @Test(arguments: [("", 20), ("client", 22), ("chained", 22)])
    func idleConnectionsAreSmall(client: String, limit: Int) throws {
        let host = try TLSHost("syslog", client.isEmpty ? "" : TLSHost.requiringClients())
        let size = try #require(host.run("idle", "600", "\(host.daemon.pid)", client).first.flatMap { Int($0) })
        print("TLS: an idle connection takes \(size) bytes; the client's certificate is '\(client)'")
        #expect(size < limit * 1024)
    }

    /// More clients of one host than may begin at once wait for their turn.
    @Test func herdIsServed() throws {
        let host = try TLSHost("syslog")
        #expect(try host.run("herd", "300") == ["0"])
    }
}
