import Foundation
import TestSupport
import Testing

/// A real Prometheus, unpacked by `make deps-test`, that scrapes one address; killed when the last reference goes.
final class PrometheusServer {
    static let program = find("prometheus")
    /// The program that checks metrics.
    static let promtool = find("promtool")

    private let process = Process()
    private let address: String

    /// Starts it, and scrapes each second.
    init(scraping target: String, in directory: TemporaryDirectory) throws {
        let port = try TestSocket(at: "tcp:127.0.0.1:0").name
        address = "tcp:\(port)"
        let configuration = """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: sockserved
                static_configs: [{targets: ["\(target)"]}]

            """
        try Data(configuration.utf8).write(to: directory.url.appending(path: "prometheus.yml"))
        process.executableURL = URL(filePath: try #require(Self.program))
        process.arguments = [
            "--config.file=\(directory.path("prometheus.yml"))", "--storage.tsdb.path=\(directory.path("tsdb"))",
            "--web.listen-address=\(port)", "--log.level=error",
        ]
        process.currentDirectoryURL = directory.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Asks for the present values of an expression.
    ///
    /// - Returns: the answer's `result`, one for each series; nil when it does not answer, or finds the expression wrong.
    func query(_ expression: String) -> [[String: Any]]? {
        let escaped = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        guard let client = try? TestSocket(to: address),
            (try? client.send("GET /api/v1/query?query=\(escaped) HTTP/1.0\r\nHost: a\r\n\r\n")) != nil,
            let text = try? client.receiveToEnd(), let start = text.firstRange(of: "\r\n\r\n")?.upperBound,
            let answer = try? JSONSerialization.jsonObject(with: Data(text[start...].utf8)) as? [String: Any],
            answer["status"] as? String == "success", let data = answer["data"] as? [String: Any]
        else { return nil }
        return data["result"] as? [[String: Any]]
    }

    /// The value of an expression that has one series; nil where it has none, or the value is not finite.
    func value(of expression: String) -> Double? {
        guard let value = query(expression)?.first?["value"] as? [Any], value.count == 2 else { return nil }
        return (value[1] as? String).flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func find(_ name: String) -> String? {
        BuiltProgram.firstExecutable("/usr/bin/\(name)", Checkout.path(".build/log-programs/usr/bin/\(name)"))
    }
}
