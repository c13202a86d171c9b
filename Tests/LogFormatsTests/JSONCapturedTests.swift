import LogFormats
import LogRecords
import Testing

/// Lines of real logging libraries.
///
/// The lines in Fixtures/json were captured by the scripts beside them, those of journalctl(1) from a journal that
/// systemd-journal-remote(8) wrote.
@Suite struct JSONCapturedTests {
    private func lines(_ parsed: ParsedJSON) -> Set<String> { Set(parsed.lines) }

    @Test func pythonJSONLogger() throws {
        let parsed = try ParsedJSON.captured("python-json-logger")
        #expect(
            parsed[0].lines == [
                "severity=info", "message=user jürgen logged in from 192.0.2.7", "extra.user_id=integer 42",
                "extra.ratio=json 0.5", "extra.tags=json [\"a\",\"b\"]",
            ]
        )
        #expect(parsed[1]["message"] == "disk almost full\nsecond line")
        #expect(parsed[2].lines[2...] == ["extra.nothing=json null", "extra.yes=json true"])
        #expect(
            parsed[3]["exc_text"]?.hasPrefix("Traceback (most recent call last):\n  File \"/srv/shop/shop.py\"") == true
        )
        #expect(parsed[3]["exc_text"]?.hasSuffix("\nKeyError: 'missing'") == true)
        #expect(parsed[3]["stack_info"]?.hasPrefix("Stack (most recent call last):\n") == true)
        #expect(parsed[4].lines == ["severity=info", "message=emoji 😀 and \u{2028} and \u{1B}[31m"])
    }

    @Test func pythonJSONLoggerWithAllFields() throws {
        let parsed = try ParsedJSON.captured("python-json-logger-full")
        #expect(
            lines(parsed[0]) == [
                "severity=info", "time=1795426990.955657000", "message=user jürgen logged in from 192.0.2.7",
                "logger=shop.orders", "level_name=INFO", "levelno=20", "file=/srv/shop/shop.py", "line=32",
                "function=talk", "procid=22722", "process_name=MainProcess", "thread_name=MainThread",
                "extra.asctime=\"2026-11-23 09:43:10,955\"", "extra.created=json 1795426990.9556575",
                "extra.filename=\"shop.py\"", "extra.thread=integer 139929057332096", "extra.user_id=integer 42",
                "extra.ratio=json 0.5", "extra.tags=json [\"a\",\"b\"]",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.informational, .warning, .debug, .error, .critical])
    }

    @Test func structlog() throws {
        let parsed = try ParsedJSON.captured("structlog")
        #expect(
            lines(parsed[0]) == [
                "severity=info", "time=1795426990.959514000", "message=user_logged_in", "level_name=info",
                "file=/srv/shop/shop.py", "line=77", "function=<module>", "procid=22722",
                "process_name=MainProcess", "thread_name=MainThread", "extra.request_id=\"8f1c\"",
                "extra.user=\"jürgen\"", "extra.attempts=integer 3", "extra.thread=integer 139929057332096",
                "extra.module=\"shop\"", "extra.qual_module=\"__main__\"", "extra.qual_name=\"<module>\"",
                "extra.filename=\"shop.py\"",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.informational, .warning, .error])
        #expect(parsed[2]["exc_text"]?.hasSuffix("\nZeroDivisionError: division by zero") == true)
    }

    @Test func loguru() throws {
        let parsed = try ParsedJSON.captured("loguru")
        #expect(
            lines(parsed[1]) == [
                "severity=notice", "time=1795426990.967447000", "message=done", "logger=__main__",
                "level_name=SUCCESS", "levelno=25", "file=/srv/shop/shop.py", "line=89", "function=<module>",
                "procid=22722", "process_name=MainProcess", "thread_name=MainThread",
                "extra.text=\"2026-11-23 09:43:10.967 | SUCCESS  | __main__:<module>:89 - done\n\"",
                "extra.record.elapsed=json {\"repr\":\"0:00:00.040619\",\"seconds\":0.040619}",
                "extra.record.exception=json null", "extra.record.extra=json {}", "extra.record.module=\"shop\"",
                "extra.record.file.name=\"shop.py\"", "extra.record.level.icon=\"✅\"",
                "extra.record.thread.id=integer 139929057332096",
                "extra.record.time.repr=\"2026-11-23 09:43:10.967447+00:00\"",
            ]
        )
        #expect(parsed[0]["extra.record.extra"] == "json {\"order\":7}")
        #expect(parsed.map(\.record.severity) == [.informational, .notice, .error])
    }

    @Test func elasticCommonSchema() throws {
        let parsed = try ParsedJSON.captured("ecs-logging")
        #expect(
            lines(parsed[0]) == [
                "severity=info", "time=1795426990.957000000", "message=user jürgen logged in from 192.0.2.7",
                "level_name=info", "logger=shop.orders", "file=shop.py", "line=32", "function=talk", "procid=22722",
                "process_name=MainProcess", "thread_name=MainThread", "extra.ecs.version=\"1.6.0\"",
                "extra.log.original=\"user jürgen logged in from 192.0.2.7\"",
                "extra.process.thread.id=integer 139929057332096", "extra.ratio=json 0.5",
                "extra.tags=json [\"a\",\"b\"]", "extra.user_id=integer 42",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.informational, .warning, .debug, .error, .critical])
        #expect(parsed[3]["exc_text"]?.contains("{}[\"missing\"]") == true)
        #expect(parsed[3]["extra.error.type"] == "\"KeyError\"")
    }

    @Test func googleCloudLogging() throws {
        let parsed = try ParsedJSON.captured("google-cloud-logging")
        #expect(
            lines(parsed[1]) == [
                "severity=info", "message=order placed", "level_name=INFO", "file=/srv/shop/shop.py", "line=103",
                "function=<module>", "extra.order=integer 7",
                "extra.logging.googleapis.com/labels=json {\"python_logger\":\"shop.cloud\",\"shop\":\"north\"}",
                "extra.logging.googleapis.com/trace=\"\"", "extra.logging.googleapis.com/spanId=\"\"",
                "extra.logging.googleapis.com/trace_sampled=json false", "extra.httpRequest=json {}",
            ]
        )
        #expect(parsed[0]["message"]?.hasPrefix("{\"logging.googleapis.com/diagnostic\":{") == true)
        #expect(parsed[2].record.severity == .error)
    }

    @Test func zap() throws {
        let parsed = try ParsedJSON.captured("zap")
        #expect(
            parsed[1].lines == [
                "severity=info", "time=1795427409.915813700", "message=order placed", "level_name=info",
                "logger=shop.orders", "file=shop/main.go", "line=33", "extra.order=integer 7",
                "extra.took=json 0.0015", "extra.tags=json [\"a\",\"b\"]",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.debug, .informational, .error])
        #expect(parsed[2]["exc_text"]?.hasPrefix("main.main\n\t/srv/shop/main.go:34\n") == true)
        #expect(parsed[2]["extra.error"] == "\"connection refused\"")
    }

    @Test func zerolog() throws {
        let parsed = try ParsedJSON.captured("zerolog")
        #expect(
            parsed[1].lines == [
                "severity=warning", "time=1795427409.000000000", "message=disk almost full\nsecond line",
                "level_name=warn", "app_name=shop", "extra.ratio=json 0.25",
            ]
        )
        #expect(parsed[2]["message"]?.hasPrefix("{\"level\":\"error\",\"service\":\"shop\",\"error\":\"conn") == true)
        #expect(parsed[4]["time"] == "1795427409.916000000")
        #expect(parsed[4]["line"] == "44")
        #expect(parsed.map(\.record.severity) == [.debug, .warning, .error, .informational, .informational])
    }

    @Test func logrus() throws {
        let parsed = try ParsedJSON.captured("logrus")
        #expect(
            parsed[0].lines == [
                "severity=info", "time=1795427409.000000000", "message=A walrus appears", "extra.animal=\"walrus\"",
                "file=/srv/shop/main.go", "line=53", "function=main.main", "level_name=info", "extra.size=integer 10",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.informational, .error, .debug])
    }

    /// As it was in golang.org/x/exp, with file and line in one.
    @Test func slog() throws {
        let parsed = try ParsedJSON.captured("slog")
        #expect(
            parsed[1].lines == [
                "severity=warning", "time=1795427409.918874720", "message=slow", "level_name=WARN",
                "file=/srv/shop/main.go", "line=61", "extra.request=json {\"id\":\"8f1c\",\"took\":2000000000}",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.informational, .warning, .notice, .error, .debug])
        #expect(parsed.map { $0["level_name"] } == ["INFO", "WARN", "INFO+2", "ERROR", "DEBUG-4"])
    }

    @Test func bunyan() throws {
        let parsed = try ParsedJSON.captured("bunyan")
        #expect(
            parsed[1].lines == [
                "severity=info", "time=1795427410.288000000", "message=order placed", "logger=shop", "hostname=vm",
                "procid=4496", "levelno=30", "extra.order=integer 7", "extra.tags=json [\"a\",\"b\"]",
                "extra.src=json {}", "extra.v=integer 0",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.debug, .informational, .warning, .error, .critical])
        #expect(parsed[3]["exc_text"]?.hasPrefix("Error: connection refused\n    at ") == true)
        #expect(parsed[3]["extra.err.message"] == "\"connection refused\"")
    }

    @Test func winston() throws {
        let parsed = try ParsedJSON.captured("winston")
        #expect(
            parsed[0].lines == [
                "severity=info", "time=1795427410.299000000", "message=order placed", "level_name=info",
                "extra.order=integer 7", "app_name=shop",
            ]
        )
        #expect(parsed.map(\.record.severity) == [.informational, .warning, .informational, .debug, .error])
        #expect(parsed[4]["exc_text"]?.hasPrefix("Error: connection refused\n    at ") == true)
    }

    @Test func journalctl() throws {
        let parsed = try ParsedJSON.captured("journalctl")
        #expect(
            Set(parsed[0].lines.filter { !$0.hasPrefix("extra.__CURSOR=") }) == [
                "severity=info", "facility=daemon", "time=1795427374.000001000", "message=Started cron.service.",
                "hostname=north", "procid=1", "app_name=systemd", "function=job_emit_done_message",
                "file=src/core/job.c", "line=881", "extra.__MONOTONIC_TIMESTAMP=\"1001\"", "extra._COMM=\"systemd\"",
                "extra._BOOT_ID=\"7f1c5f0c2a6a4f55b9d1d4d8b7e0a6c1\"", "extra._TRANSPORT=\"journal\"",
            ]
        )
        #expect(parsed[1]["message"] == "two\nlines")
        #expect(parsed[1]["procid"] == "812")
        #expect(parsed[1]["extra._PID"] == "\"811\"")
        // The journal writes bytes that are not text as numbers.
        #expect(parsed[2]["message"] == "caf\\xe9 \u{1B}[31m")
        #expect(parsed[2]["raw"]?.contains("\"MESSAGE\":[99,97,102,233,") == true)
        #expect(parsed.map(\.record.severity) == [.informational, .error, .notice])
    }

    /// Nothing that these libraries write had to be replaced, and all of it is JSON.
    @Test(arguments: [
        "bunyan", "ecs-logging", "google-cloud-logging", "logrus", "loguru", "python-json-logger",
        "python-json-logger-full", "slog", "structlog", "winston", "zap", "zerolog",
    ])
    func nothingIsReplaced(_ name: String) throws {
        for parsed in try ParsedJSON.captured(name) {
            #expect(parsed["fault"] == nil)
            #expect(parsed["raw"] == nil)
        }
    }

    // MARK: documented, not captured

    /// Libraries that could not be installed; the lines are from their documentation.
    @Test(arguments: [
        (
            #"{"level":30,"time":1531171074631,"pid":657,"hostname":"box.example","msg":"hello world"}"#,
            [
                "severity=info", "time=1531171074.631000000", "message=hello world", "levelno=30", "procid=657",
                "hostname=box.example",
            ]
        ),
        (
            #"{"log":"Log line is here\n","stream":"stderr","time":"2019-01-01T11:11:11.111111111Z"}"#,
            ["severity=info", "time=1546341071.111111111", "message=Log line is here", "extra.stream=\"stderr\""]
        ),
        (
            #"{"time":"2022-11-08T15:28:26.000000000-05:00","level":"INFO","source":{"function":"main.main","file":"/w/main.go","line":7},"msg":"hello"}"#,
            [
                "severity=info", "time=1667939306.000000000", "message=hello", "level_name=INFO", "function=main.main",
                "file=/w/main.go", "line=7",
            ]
        ),
        (
            #"{"@t":"2016-06-07T03:44:57.8532799Z","@mt":"Hello, {User}","@l":"Warning","@x":"Error: no\n  at f","User":"n"}"#,
            [
                "severity=warning", "time=1465271097.853279900", "message=Hello, {User}", "level_name=Warning",
                "exc_text=Error: no\n  at f", "extra.User=\"n\"",
            ]
        ),
        (
            #"{"name":"myapp","level":30,"msg":"hi","time":"2012-03-26T22:17:36.234Z","src":{"file":"/w/a.js","line":20,"func":"f"},"v":0}"#,
            [
                "severity=info", "time=1332800256.234000000", "message=hi", "logger=myapp", "levelno=30",
                "extra.v=integer 0", "file=/w/a.js", "line=20", "function=f",
            ]
        ),
        (
            #"{"instant":{"epochSecond":1493121664,"nanoOfSecond":118000000},"thread":"main","level":"INFO","loggerName":"HelloWorld","message":"Hello","endOfBatch":false}"#,
            [
                "severity=info", "time=1493121664.118000000", "message=Hello", "thread_name=main", "level_name=INFO",
                "logger=HelloWorld", "extra.endOfBatch=json false",
            ]
        ),
    ])
    func documentedLines(_ line: String, _ expected: [String]) {
        #expect(ParsedJSON(line).lines == expected)
    }
}
