import LogFormats
import Testing
@Suite struct JSONDumpTests {
    @Test func dump() throws {
        for name in ["python-json-logger", "python-json-logger-full", "structlog", "loguru", "ecs-logging", "google-cloud-logging", "zap", "zerolog", "logrus", "slog", "bunyan", "winston", "journalctl"] {
            print("#### \(name)")
            for line in try ParsedJSON.captured(name) { print("----"); for l in line.lines { print("D \(l.debugDescription)") } }
        }
        for text in [
          #"{"log":"hello\n","stream":"stderr","time":"2019-01-01T11:11:11.111111111Z"}"#,
          #"{"level":30,"time":1531171074631,"pid":657,"hostname":"Davids-MBP-3.fritz.box","msg":"hello world"}"#,
          #"{"@t":"2016-06-07T03:44:57.8532799Z","@mt":"Hello, {User}","@l":"Warning","User":"nblumhardt"}"#,
          #"{"severity":"ERROR","message":"x","timestamp":{"seconds":1700000000,"nanos":5}}"#,
          #"{"time":"2022-11-08T15:28:26.000000000-05:00","level":"INFO","source":{"function":"main.main","file":"/w/main.go","line":7},"msg":"hello"}"#,
          "plain", "[1]", #"{"a":1}x"#, #"{"a":"#, "{}", #"{"message":"a","message":"b"}"#,
        ] { print("----", text);  for l in ParsedJSON(text).lines { print("D \(l.debugDescription)") } }
    }
}
