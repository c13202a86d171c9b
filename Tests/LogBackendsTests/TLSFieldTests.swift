import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// What TLS has shown of a sender, in each form.
@Suite struct TLSFieldTests {
    private func record(_ tls: TLSPeer?) -> LogRecord {
        let peer = Peer.internet(address: "192.0.2.7", port: 514)
        let origin = Origin(protocolName: "syslog", listener: "logs", peer: peer, connection: 9, tls: tls)
        var record = LogRecord(nil, severity: .warning, origin: origin)
        record.append("hello")
        return record
    }

    private let verified = TLSPeer(
        version: "TLSv1.3",
        certificate: TLSPeer.Certificate(
            subject: "CN=web1",
            names: ["web1", "web1.example.com"],
            fingerprint: "SHA256:AB:CD"
        )
    )

    private func journal(_ tls: TLSPeer?) -> String {
        let backend = JournaldBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")
        return String(decoding: LogBatch([record(tls)], by: backend).bytes, as: UTF8.self)
    }

    @Test func journalHasAFieldForEachName() {
        let text = journal(verified)
        for field in [
            "VERSION=TLSv1.3", "SUBJECT=CN=web1", "NAMES=web1", "NAMES=web1.example.com", "FINGERPRINT=SHA256:AB:CD",
        ] {
            #expect(text.contains("SOCKSERVED_TLS_\(field)"), "\(field)")
        }
        #expect(journal(TLSPeer(version: "TLSv1.2")).contains("SOCKSERVED_TLS_VERSION=TLSv1.2"))
        #expect(!journal(TLSPeer(version: "TLSv1.2")).contains("SOCKSERVED_TLS_SUBJECT"))
        #expect(!journal(nil).contains("TLS"))
    }

    @Test func jsonHasAnArrayOfNames() throws {
        let line = String(decoding: LineFormat.json.line(of: record(verified)), as: UTF8.self)
        #expect(
            line.contains(
                #""connection":9,"tls_version":"TLSv1.3","tls_subject":"CN=web1","#
                    + #""tls_names":["web1","web1.example.com"],"tls_fingerprint":"SHA256:AB:CD""#
            )
        )
        let plain = String(decoding: LineFormat.json.line(of: record(nil)), as: UTF8.self)
        #expect(!plain.contains("tls"))
    }

    @Test func certificateOfManyNamesShowsTheFirst() {
        let many = TLSPeer.Certificate(subject: "", names: (1...100).map { "n\($0)" }, fingerprint: "")
        #expect(many.shownNames == ["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"])
    }

    @Test(arguments: [
        ("tls_version", "TLSv1.3"), ("tls_subject", "CN=web1"), ("tls_name", "web1"),
        ("tls_names", "web1,web1.example.com"), ("tls_fingerprint", "SHA256:AB:CD"),
    ])
    func templatesHaveNames(name: String, expected: String) throws {
        let format = LineFormat.template(try LineTemplate("%(\(name))s"))
        #expect(String(decoding: format.line(of: record(verified)), as: UTF8.self) == "\(expected)\n")
        #expect(String(decoding: format.line(of: record(nil)), as: UTF8.self) == "-\n")
        #expect(throws: Never.self) { try IdentifierFormat("%(\(name))s/%(program)s") }
    }

    // MARK: the host by the certificate

    /// What a sender with a certificate claims to be another host.
    private func liar(_ name: String?, at peer: Peer = .internet(address: "192.0.2.7", port: 514)) -> LogRecord {
        let tls = TLSPeer(version: "TLSv1.3", host: name)
        let origin = Origin(protocolName: "syslog", listener: "logs", peer: peer, connection: 9, tls: tls)
        var record = LogRecord(nil, severity: .warning, origin: origin)
        record.set(.hostname, "victim")
        record.set(.appName, "sshd")
        return record
    }

    private func hostname(_ record: LogRecord) -> String? {
        let backend = JournalRemoteBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")
        let entries = NativeField.readEntries(LogBatch([record], by: backend).bytes)
        return entries.first?.first { $0.name == "_HOSTNAME" }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private func identifier(_ record: LogRecord, _ format: String = "auto") throws -> String {
        var identifier = Identifier(own: "own", senders: SenderIdentifiers(standard: try IdentifierFormat(format)))
        var bytes: [UInt8] = []
        identifier.append(for: record, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func verifiedHostCountsBeforeTheClaimedOne() throws {
        #expect(hostname(liar("web1.example.com")) == "web1.example.com")
        #expect(try identifier(liar("web1.example.com")) == "web1.example.com/sshd")
        #expect(try identifier(liar("web1.example.com"), "%(host)s:%(program)s") == "web1.example.com:sshd")
        // It is claimed still.
        #expect(String(decoding: LineFormat.json.line(of: liar("web1")), as: UTF8.self).contains(#""victim""#))
        // A tunnel on this host makes no sender a program of this host.
        #expect(try identifier(liar("web1", at: .internet(address: "127.0.0.1", port: 514))) == "web1/sshd")
        #expect(hostname(liar(SenderHost.current)) == SenderHost.current)
        // The listener does not take it.
        #expect(hostname(liar(nil)) == "victim")
        #expect(try identifier(liar(nil)) == "victim/sshd")
    }

    @Test func verifiedHostIsOneWord() throws {
        #expect(hostname(liar("Web 1, Example")) == "Web_1,_Example")
        #expect(try identifier(liar("spiffe://example.com/web")) == "spiffe:__example.com_web/sshd")
        let long = String(repeating: "h", count: 300)
        #expect(hostname(liar(long))?.utf8.count == 255)
        #expect(try identifier(liar(long)) == String(repeating: "h", count: 126) + "/sshd")
    }
}
