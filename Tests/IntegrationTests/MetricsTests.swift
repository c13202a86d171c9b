import Foundation
import TestSupport
import Testing

/// The metrics of a daemon that works, as Prometheus' own programs read them.
@Suite struct MetricsTests {
    private let daemon: DaemonProcess

    init() throws {
        let directory = try TemporaryDirectory()
        let certificates = try Certificates.shared.get()
        let listeners = [("metrics", "tcp"), ("syslog", "tcp"), ("json", "udp"), ("gelf", "tcp")].map {
            "[[listener]]\nname = '\($0)'\nprotocol = '\($0)'\naddress = '\($1):127.0.0.1:0'\n"
        }
        let file =
            "log_level = 'info'\n" + listeners.joined() + """
                tls = true
                tls_certificate = '\(certificates.certificate("server"))'
                tls_key = '\(certificates.key("server"))'

                """
        try Data(file.utf8).write(to: directory.url.appending(path: "x.toml"))
        daemon = try DaemonProcess(["--config", directory.path("x.toml")], in: directory, serving: 4)
    }

    private func get(_ path: String) throws -> String {
        let client = try TestSocket(to: daemon.addresses[0])
        try client.send("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
        return try client.receiveToEnd()
    }

    private func page() throws -> String {
        let response = try get("/metrics")
        #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(response.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        return String(response[try #require(response.firstRange(of: "\r\n\r\n")).upperBound...])
    }

    /// Sends messages, and waits until they are counted.
    private func send(_ count: Int) throws {
        let client = try TestSocket(to: daemon.addresses[1])
        for number in 0..<count { try client.send("<13>message \(number)\n") }
        client.endSending()
        #expect(try client.receive() == [])
        let line = "sockserved_messages_committed_total{listener=\"syslog\",protocol=\"syslog\"} \(count)\n"
        #expect(try eventually { try page().contains(line) })
    }

    @Test func everyMessageIsCountedByListener() throws {
        try send(100)
        try TestSocket(to: daemon.addresses[2]).send(#"{"message":"x"}"#)
        let json = "{listener=\"json\",protocol=\"json\"}"
        #expect(try eventually { try page().contains("sockserved_messages_recorded_total\(json) 1\n") })
        let text = try page()
        for line in [
            "sockserved_messages_received_total{listener=\"syslog\",protocol=\"syslog\"} 100",
            "sockserved_messages_malformed_total{listener=\"syslog\",reason=\"syntax\"} 0",
            "sockserved_messages_dropped_total{listener=\"json\",reason=\"buffer\"} 0",
            "sockserved_commit_duration_seconds_count{listener=\"syslog\",protocol=\"syslog\"} 100",
            "sockserved_datagrams_received_total\(json) 1", "sockserved_output_failing 0",
            "sockserved_source_messages_received_total{source=\"127.0.0.1\"} 101",
            "sockserved_source_messages_received_total{source=\"other senders\"} 0",
        ] {
            #expect(text.contains(line + "\n"), "\(line) is not in\n\(text)")
        }
        #expect(text.contains(#/sockserved_build_info\{version="[^"]+",backend="file"\} 1\n/#))
        #expect(text.contains(#/\nsockserved_output_write_duration_seconds_count [1-9]/#))
        // The records of scrapes would be most of the log.
        #expect(daemon.log.matches(of: #/Connection established/#).count == 1)
    }

    @Test func whatIsOfTLSIsThere() throws {
        let client = try TestSocket(to: daemon.addresses[3])
        try client.send("plain text")
        #expect(throws: TestSocket.Failure.self) { try client.receive() }
        let text = try page()
        let refused = "sockserved_connections_refused_total{listener=\"gelf\",reason="
        #expect(text.contains("\(refused)\"tls_handshake\"} 1\n"))
        #expect(text.contains("\(refused)\"too_many\"} 0\n"))
        let handshakes = "sockserved_tls_handshakes_total{listener=\"gelf\",result="
        #expect(text.contains("\(handshakes)\"plain_text\"} 1\n"))
        #expect(text.contains("\(handshakes)\"completed\"} 0\n"))
        let expiry = #/\nsockserved_certificate_expiry_timestamp_seconds\{listener="gelf"\} (\d{10})\n/#
        let end = try #require(text.firstMatch(of: expiry).flatMap { Double($0.1) })
        #expect(end > Date().timeIntervalSince1970)
    }

    @Test func theManualPageListsAllMetrics() throws {
        let listed = try String(contentsOf: Checkout.url.appending(path: "packaging/sockserved.8"), encoding: .utf8)
            .matches(of: #/\n\.It Li (sockserved_\w+) Ta /#).map { String($0.1) }
        let served = try page().matches(of: #/# TYPE (sockserved_\w+) /#).map { String($0.1) }
        #expect(served.count > 20 && Set(listed) == Set(served) && listed.count == served.count)
    }

    @Test func healthIsThatOfTheLog() throws {
        #expect(try get("/healthz").hasSuffix("\r\n\r\nok\n"))
        #expect(try get("/").hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test(.enabled(if: PrometheusServer.promtool != nil, "promtool is not there: make deps-test"))
    func promtoolFindsNothingWrong() throws {
        try send(3)
        let directory = try TemporaryDirectory()
        try Data(page().utf8).write(to: directory.url.appending(path: "page"))
        let tool = try #require(PrometheusServer.promtool)
        let outcome = try BuiltProgram.run("/bin/sh", ["-c", "\(tool) check metrics <page"], in: directory)
        #expect(outcome.status == 0 && outcome.complaints.isEmpty, "\(outcome)")
    }

    @Test(.enabled(if: PrometheusServer.program != nil, "prometheus is not there: make deps-test"))
    func prometheusScrapesAndTheDashboardsQueriesFindSeries() throws {
        let target = String(daemon.addresses[0].dropFirst("tcp:".count))
        let prometheus = try PrometheusServer(scraping: target, in: daemon.directory)
        try send(100)
        let expected = "sockserved_messages_received_total{listener=\"syslog\"}"
        #expect(eventually { prometheus.value(of: expected) == 100 })
        #expect(prometheus.value(of: "up") == 1)
        // Rates need two scrapes.
        #expect(eventually { prometheus.query("rate(process_cpu_seconds_total[1m])")?.isEmpty == false })
        let queries = try Dashboard.queries()
        #expect(queries.count >= 15)
        for query in queries {
            let series = prometheus.query(query)
            #expect(series != nil, "wrong: \(query)")
            #expect(series?.isEmpty == false, "no series: \(query)")
        }
    }
}

/// The dashboard for Grafana.
enum Dashboard {
    /// All expressions, with a value for each of Grafana's variables.
    static func queries() throws -> [String] {
        let file = Checkout.url.appending(path: "packaging/sockserved-dashboard.json")
        let board = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let panels = try #require(board["panels"] as? [[String: Any]])
        return panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }.compactMap { $0["expr"] as? String }.map {
            var query = $0
            query.replace("$__rate_interval", with: "1m")
            query.replace(#/\$(instance|listener|job)/#, with: ".*")
            return query
        }
    }
}
