import Foundation
import TestSupport
import Testing

/// The files of `packaging/examples`, each read by its program, except for Docker's.
@Suite
struct ExampleTests {
    private let host: ExampleHost

    init() throws {
        host = try ExampleHost()
    }

    @Test(.enabled(if: ExampleProgram.python != nil, "python3 is not installed"))
    func pythonLogging() throws {
        let script = try host.copy("python_logging.py", .pythonTCP, .syslogUDP)
        try host.run(#require(ExampleProgram.python), script)
        let records = try host.daemon.messages(awaiting: 3)
        let pickles = records.filter { $0["protocol"] == "python" }
        #expect(pickles.map { $0["message"] } == ["card declined", "no card 4242"])
        #expect(pickles.map { $0["level"] } == ["warning", "error"])
        #expect(pickles.map { $0["app_name"] } == ["shop", "shop"])
        #expect(pickles.map { $0["logger"] } == ["shop.billing", "shop.billing"])
        #expect(pickles.first?["extra", "order_id"] == "A-17")
        #expect(pickles.first?["extra", "amount"] == "12.5")
        #expect(pickles.last?["exc_text"]?.hasSuffix("KeyError: '4242'") == true)
        let line = try #require(records.first { $0["protocol"] == "syslog" })
        #expect(line.values("level", "facility", "app_name") == ["error", "16", "shop"])
        #expect(line["message"] == "shop.audit: refund without an order")
        #expect(line["procid"] == pickles.first?["procid"])
    }

    @Test(.enabled(if: ExampleProgram.pythonForWeb != nil, "Django is not there: make deps-test"))
    func django() throws {
        try host.copy("django_settings.py", .pythonTCP)
        // A project of one file; the values of the example are its LOGGING.
        let project = """
            import logging, django
            from django.conf import settings
            from django.urls import path
            import django_settings
            def order(request): {}["4242"]
            urlpatterns = [path("order", order)]
            settings.configure(
                LOGGING=django_settings.LOGGING, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="never sent")
            django.setup()
            from django.test import Client
            client = Client(raise_request_exception=False)
            assert client.get("/order").status_code == 500
            assert client.get("/none").status_code == 404
            logging.getLogger("shop.billing").warning("card declined", extra={"order_id": "A-17"})
            logging.shutdown()
            """
        let script = try host.write(project, to: "project.py")
        try host.run(#require(ExampleProgram.pythonForWeb), script)
        let records = try host.daemon.messages(awaiting: 3)
        #expect(
            records.map { $0["message"] } == ["Internal Server Error: /order", "Not Found: /none", "card declined"]
        )
        #expect(records.map { $0["level"] } == ["error", "warning", "warning"])
        #expect(records.map { $0["logger"] } == ["django.request", "django.request", "shop.billing"])
        #expect(records.map { $0["app_name"] } == ["shop", "shop", "shop"])
        #expect(records.map { $0["extra", "status_code"] } == ["500", "404", nil])
        #expect(records.map { $0["extra", "request_path"] } == ["/order", "/none", nil])
        #expect(records.map { $0["extra", "request_method"] } == ["GET", "GET", nil])
        #expect(records.first?["exc_text"]?.hasSuffix("KeyError: '4242'") == true)
        #expect(records.last?["extra", "order_id"] == "A-17")
        #expect(records.allSatisfy { $0["extra", "request"] == nil })
    }

    @Test(.enabled(if: ExampleProgram.pythonForWeb != nil, "gunicorn is not there: make deps-test"))
    func gunicorn() throws {
        let configuration = try host.copy("gunicorn.conf.py", .pythonTCP, .syslogUDP)
        try serve("--config", configuration)
        let start = try host.record { $0["message"]?.hasPrefix("Starting gunicorn") == true }
        #expect(start.values("level", "logger", "app_name") == ["info", "gunicorn.error", "gunicorn"])
        let access = try host.record { $0["message"]?.contains(#""GET /order HTTP/1.0" 200"#) == true }
        #expect(access.values("level", "logger", "app_name") == ["info", "gunicorn.access", "gunicorn"])
        #expect(access["procid"] != start["procid"])
        // Each process on a connection of its own.
        #expect(access["connection"] != start["connection"])
        let failure = try host.record { $0["message"]?.hasPrefix("Error handling request") == true }
        #expect(failure.values("level", "logger", "app_name") == ["error", "gunicorn.error", "gunicorn"])
        #expect(failure["exc_text"]?.hasSuffix("KeyError: '4242'") == true)
    }

    /// The command in the example's text.
    @Test(.enabled(if: ExampleProgram.pythonForWeb != nil, "gunicorn is not there: make deps-test"))
    func gunicornBySyslog() throws {
        let text = try String(contentsOfFile: host.copy("gunicorn.conf.py", .syslogUDP), encoding: .utf8)
        let command = try #require(text.firstMatch(of: #/gunicorn --log-syslog --log-syslog-to (\S+) shop:app/#))
        try FileManager.default.removeItem(atPath: host.directory.path("gunicorn.conf.py"))
        try serve("--log-syslog", "--log-syslog-to", String(command.1))
        let access = try host.record { $0["message"]?.contains(#""GET /order HTTP/1.0" 200"#) == true }
        #expect(access.values("level", "facility", "app_name") == ["info", "1", "gunicorn.shop.app.access"])
        let failure = try host.record { $0["message"]?.contains("Error handling request") == true }
        #expect(failure.values("level", "facility", "app_name") == ["error", "1", "gunicorn.shop.app.error"])
    }

    @Test(.enabled(if: ExampleProgram.haproxy != nil, "HAProxy is not there: make deps-test"))
    func haproxy() throws {
        let example = try host.copy("haproxy.cfg", .syslogUDP)
        let rest = """
            frontend front
                bind unix@@DIR@/web.sock
                timeout client 5s
                http-request return status 200 content-type text/plain string hello if { path /order }
                default_backend none
            backend none
                timeout connect 1s
                timeout server 1s

            """
        try host.start(
            #require(ExampleProgram.haproxy),
            ["-db", "-f", example, "-f", host.write(rest, to: "front.cfg")]
        )
        #expect(host.get("/order", from: "web.sock")?.hasSuffix("hello") == true)
        #expect(host.get("/broken", from: "web.sock")?.contains(" 503 ") == true)
        let name = try ownName()
        for (path, level) in [("/order", "info"), ("/broken", "error")] {
            let record = try host.record { $0["message"]?.contains("GET \(path) HTTP/1.0") == true }
            #expect(record.values("level", "facility", "app_name", "hostname") == [level, "16", "haproxy", name])
            #expect(record.timestamp != nil && record["fault"] == nil)
        }
    }

    @Test(.enabled(if: ExampleProgram.nginx != nil, "nginx is not there: make deps-test"))
    func nginx() throws {
        try host.copy("nginx.conf", .syslogUDP)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path @DIR@/\($0);" }.joined(separator: " ")
        let rest = """
            daemon off; master_process off; pid @DIR@/nginx.pid; error_log stderr; events {}
            http {
                \(temporary)
                include @DIR@/nginx.conf;
                server { listen unix:@DIR@/web.sock; root @DIR@; }
            }
            """
        let path = try host.write(rest, to: "main.conf")
        try host.start(#require(ExampleProgram.nginx), ["-e", "stderr", "-p", host.directory.path, "-c", path])
        #expect(host.get("/empty.toml", from: "web.sock")?.contains(" 200 OK") == true)
        #expect(host.get("/none", from: "web.sock")?.contains(" 404 ") == true)
        let access = try host.record { $0["message"]?.contains(#""GET /empty.toml HTTP/1.0" 200"#) == true }
        let error = try host.record { $0["message"]?.contains("/none\" failed (2: No such file") == true }
        let name = try ownName().lowercased()
        #expect(access.values("level", "facility", "app_name", "hostname") == ["info", "17", "nginx", name])
        #expect(error.values("level", "facility", "app_name", "hostname") == ["error", "17", "nginx", name])
    }

    @Test(.enabled(if: ExampleProgram.rsyslog != nil, "rsyslog is not installed"))
    func rsyslog() throws {
        try host.copy("rsyslog.conf", .syslogTCP)
        let rest = """
            global(workDirectory="@DIR@" localHostname="web1")
            module(load="imuxsock" sysSock.use="off")
            input(type="imuxsock" socket="@DIR@/entrance" useSpecialParser="off" parseHostname="off")
            include(file="@DIR@/rsyslog.conf")

            """
        let path = try host.write(rest, to: "main.conf")
        try host.start(#require(ExampleProgram.rsyslog), ["-n", "-f", path, "-i", host.directory.path("rsyslog.pid")])
        try expectForwarded(hostname: "web1")
    }

    @Test(.enabled(if: ExampleProgram.syslogNG != nil, "syslog-ng is not there: make deps-test"))
    func syslogNG() throws {
        try host.copy("syslog-ng.conf", .syslogTCP)
        let rest = """
            @version: 3.38
            options { use-dns(no); dns-cache(no); keep-hostname(yes); };
            source s_src { unix-dgram("@DIR@/entrance"); };
            @include "@DIR@/syslog-ng.conf"

            """
        let path = try host.write(rest, to: "main.conf")
        let program = try #require(ExampleProgram.syslogNG)
        try host.start(
            program,
            [
                "-F", "--no-caps", "--cfgfile=\(path)",
                "--module-path=\(program.root ?? "")/usr/lib/syslog-ng/3.38",
                "--persist-file=\(host.directory.path("persist"))", "--pidfile=\(host.directory.path("pid"))",
                "--control=\(host.directory.path("control"))",
            ]
        )
        try expectForwarded(hostname: ownName())
    }

    // MARK: -

    /// The host's name as its programs send it.
    private func ownName() throws -> String {
        try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// Lets gunicorn serve two paths with these options, and asks for both.
    private func serve(_ options: String...) throws {
        let application = """
            def app(environ, start_response):
                if environ["PATH_INFO"] == "/broken": {}["4242"]
                start_response("200 OK", [("Content-Length", "2")])
                return [b"ok"]
            """
        try host.write(application, to: "shop.py")
        let command = ["-m", "gunicorn", "--bind", "unix:\(host.directory.path("web.sock"))"]
        try host.start(#require(ExampleProgram.pythonForWeb), command + options + ["shop:app"])
        #expect(host.get("/order", from: "web.sock")?.hasSuffix("ok") == true, "\(host.output)")
        #expect(host.get("/broken", from: "web.sock")?.hasPrefix("HTTP/1.1 500") == true)
    }

    /// Two messages of a program on the forwarder's host.
    private func expectForwarded(hostname: String) throws {
        try #require(host.awaits("entrance"), "\(host.output)")
        let entrance = try TestSocket(to: "unixgram:\(host.directory.path("entrance"))")
        for message in ["<156>Nov 23 09:41:52 billing[4711]: card 4242 declined", "<27>Nov 23 09:41:52 billing: Grüße"]
        {
            try entrance.send(message)
        }
        let records = try host.daemon.messages(awaiting: 2)
        // RFC 3164's space before the text is passed on by rsyslog.
        #expect(
            records.map { $0["message"]?.trimmingPrefix(" ").description } == ["card 4242 declined", "Grüße"],
            "\(host.output)"
        )
        #expect(records.map { $0["level"] } == ["warning", "error"])
        #expect(records.map { $0["facility"] } == ["19", "3"])
        #expect(records.map { $0["app_name"] } == ["billing", "billing"])
        #expect(records.map { $0["procid"] } == ["4711", nil])
        #expect(records.map { $0["hostname"] } == [hostname, hostname])
    }
}
