import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// The word in front of each record.
@Suite struct IdentifierTests {
    private static let event = Event(name: "tested", messageID: "00000000000000000000000000000000")

    private func identifier(
        _ record: LogRecord,
        _ format: String = "auto",
        listeners: [String: IdentifierFormat] = [:]
    ) throws -> String {
        let senders = SenderIdentifiers(standard: try IdentifierFormat(format), listeners: listeners)
        var bytes = Array("before ".utf8)
        var identifier = Identifier(own: "sockserved", senders: senders)
        identifier.append(for: record, to: &bytes)
        #expect(bytes.starts(with: Array("before ".utf8)))
        return try #require(String(validating: bytes.dropFirst("before ".utf8.count), as: UTF8.self))
    }

    private static let locals: [Peer] = [
        .unix(pid: 1, uid: 2, gid: 3), .unixPath("/run/x"), .internet(address: "127.0.0.1", port: 1),
        .internet(address: "127.9.9.9", port: 1), .internet(address: "::1", port: 1),
        .internet(address: "::ffff:127.0.0.1", port: 1),
    ]

    @Test func anotherHostIsInFront() throws {
        let record = LogRecord.ofSender {
            $0.set(.hostname, "web1")
            $0.set(.appName, "sshd")
        }
        #expect(try identifier(record) == "web1/sshd")
        #expect(try identifier(.ofSender { $0.set(.appName, "sshd") }) == "192.0.2.7/sshd")
        #expect(try identifier(.ofSender { $0.set(.hostname, "web1") }) == "web1/sockserved")
        #expect(try identifier(.ofSender()) == "192.0.2.7/sockserved")
        let six = Peer.internet(address: "2001:db8::7", port: 1)
        #expect(try identifier(.ofSender(peer: six) { $0.set(.appName, "a") }) == "2001:db8::7/a")
    }

    @Test(arguments: locals)
    func aProgramOfThisHostStandsAlone(peer: Peer) throws {
        let record = LogRecord.ofSender(peer: peer) {
            $0.set(.hostname, "web1")
            $0.set(.appName, "sshd")
        }
        #expect(try identifier(record) == "sshd")
        #expect(try identifier(.ofSender(peer: peer)) == "sockserved")
    }

    @Test func theLoggerStandsForAProgramUnlessItIsTheRootLogger() throws {
        #expect(try identifier(.ofLocalSender { $0.set(.logger, "app.db") }) == "app.db")
        for name in ["root", "", "-"] {
            #expect(try identifier(.ofLocalSender { $0.set(.logger, name) }) == "sockserved")
        }
        let both = LogRecord.ofLocalSender {
            $0.set(.logger, "app.db")
            $0.set(.appName, "shop")
        }
        #expect(try identifier(both) == "shop")
        for name in ["", "-"] {
            let unnamed = LogRecord.ofLocalSender {
                $0.set(.logger, "app.db")
                $0.set(.appName, name)
            }
            #expect(try identifier(unnamed) == "app.db")
        }
        #expect(try identifier(.ofLocalSender { $0.set(.appName, "root") }) == "root")
    }

    @Test func integersAndJSONBecomeNames() throws {
        #expect(try identifier(.ofLocalSender { $0.set(.appName, to: 42) }) == "42")
        let json = LogRecord.ofSender {
            $0.add(.known(.hostname), .json($0.store(Array("true".utf8).span)))
            $0.add(.known(.appName), .json($0.store(Array(#"{"a": 1}"#.utf8).span)))
        }
        #expect(try identifier(json) == #"true/{"a":_1}"#)
    }

    @Test func theDaemonsOwnRecordsAreItsOwn() throws {
        let origin = LogRecord.ofSender().origin
        for format in ["auto", "%(host)s/%(program)s", "shop"] {
            #expect(try identifier(LogRecord(Self.event, severity: .error, origin: origin), format) == "sockserved")
            #expect(try identifier(LogRecord(Self.event, severity: .error), format) == "sockserved")
        }
    }

    private static let names = [
        "", "-", "/", "//", ".", "..", " ", "sshd", "sshd/", "/sshd", "web1/sshd", "a b", "a\nb", "\0", "\u{1b}[2J",
        "\u{a0}", "\u{2028}", "\u{202e}dhss", "\u{200b}", "größe", "\u{1F600}", "sockserved",
        String(repeating: "n", count: 1000), String(repeating: "ö", count: 1000), String(repeating: "/", count: 1000),
    ]

    /// Whatever they call themselves, and whatever the fallbacks are.
    @Test func noSenderOnAnotherHostIsEverOneOfThisHost() throws {
        var remotes: Set<String> = []
        var locals: Set<String> = []
        for host in Self.names {
            for program in Self.names {
                let fill = { (record: inout LogRecord) in
                    record.set(.hostname, host)
                    record.set(.appName, program)
                    record.set(.logger, program)
                }
                remotes.insert(try identifier(.ofSender(fill)))
                locals.insert(try identifier(.ofLocalSender(fill)))
            }
        }
        #expect(remotes.isDisjoint(with: locals))
        #expect(locals.allSatisfy { !$0.contains("/") })
        for text in remotes.union(locals) {
            #expect(!text.isEmpty && text.utf8.count <= 255)
            let isWord = text.unicodeScalars.allSatisfy {
                !TextEscaping.needsEscape($0.value) && !$0.properties.isWhitespace
            }
            #expect(isWord, "\(text.debugDescription)")
        }
        for text in remotes {
            let slash = try #require(text.firstIndex(of: "/"))
            #expect(slash > text.startIndex && text.index(after: slash) < text.endIndex, "\(text)")
        }
    }

    @Test func bytesThatAreNotTextBecomeUnderscores() throws {
        var generator = SeededGenerator(seed: 71)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let text = try identifier(
                .ofSender {
                    $0.set(.hostname, to: bytes.span)
                    $0.set(.appName, to: bytes.span)
                }
            )
            #expect(text.utf8.count <= 255 && text.utf8.contains(UInt8(ascii: "/")))
        }
        #expect(try identifier(.ofLocalSender { $0.set(.appName, to: ([0xFF, 0x61, 0xC3] as [UInt8]).span) }) == "_a_")
    }

    @Test func aSlashOfAProgramOnAnotherHostStays() throws {
        let record = LogRecord.ofSender {
            $0.set(.hostname, "mail/1")
            $0.set(.appName, "postfix/smtpd")
        }
        #expect(try identifier(record) == "mail_1/postfix/smtpd")
        #expect(try identifier(.ofLocalSender { $0.set(.appName, "postfix/smtpd") }) == "postfix_smtpd")
    }

    // MARK: templates

    @Test(arguments: [
        ("%(host)s/%(program)s", "web1/nginx"), ("%(program)s", "nginx"),
        ("%(peer_address)s/%(program)s", "192.0.2.7/nginx"),
        ("shop", "shop"), ("shop.%(listener)s", "shop.logs"), ("%(message)s", "hello_world"), ("a b%%", "a_b%"),
        ("%(logger)s", "-"), ("%(program)-8s|", "nginx___|"), ("%(logger).0s", "sockserved"),
    ])
    func aTemplateMakesOneWord(template: String, expected: String) throws {
        let record = LogRecord.ofSender {
            $0.message = Array("hello world".utf8)
            $0.set(.hostname, "web1")
            $0.set(.appName, "nginx")
        }
        #expect(try identifier(record, template) == expected)
    }

    @Test func aTemplatesWordIsBounded() throws {
        let record = LogRecord.ofSender { $0.message = Array(String(repeating: "ö", count: 10_000).utf8) }
        let text = try identifier(record, "%(message)s")
        #expect(text.utf8.count == 255)
    }

    @Test func aListenersOwnTakesPrecedence() throws {
        let record = LogRecord.ofSender { $0.set(.appName, "nginx") }
        let own: [String: IdentifierFormat] = ["other": .auto, "logs": try IdentifierFormat("shop")]
        #expect(try identifier(record, "%(program)s", listeners: own) == "shop")
        #expect(try identifier(record, "%(program)s", listeners: ["other": try IdentifierFormat("shop")]) == "nginx")
        #expect(try identifier(record, "shop", listeners: ["logs": .auto]) == "192.0.2.7/nginx")
    }

    @Test func aFormatIsAutoOrATemplate() throws {
        #expect(try IdentifierFormat("auto") == .auto)
        for text in ["auto", "shop", "%(host)s/%(program)s"] {
            #expect(try IdentifierFormat(text).text == text)
        }
        for text in ["", "%(nope)s", "%", "a\nb", "%(host"] {
            #expect(throws: LineTemplateError.self) { try IdentifierFormat(text) }
        }
    }
}
