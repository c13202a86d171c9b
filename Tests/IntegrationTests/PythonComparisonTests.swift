import Foundation
import TestSupport
import Testing

private let python = BuiltProgram.firstExecutable("/usr/bin/python3", "/usr/local/bin/python3")

/// The lines of a text log, compared with those of Python's logging for the same events.
@Suite(.enabled(if: python != nil, "python3 is not installed"))
struct PythonComparisonTests {
    /// The server of the tutorials: one connection, step by step.
    private static let script = """
        import logging, socket
        logging.basicConfig(filename='python.log', level=logging.DEBUG,
                            format='%(asctime)s:%(levelname)s:%(message)s')
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
            server.bind(('127.0.0.1', 0))
            server.listen()
            with open('port.new', 'w') as file:
                file.write(str(server.getsockname()[1]))
            import os
            os.rename('port.new', 'port')
            connection, (host, port) = server.accept()
            with connection:
                logging.info(f'Connection established with {host}:{port}')
                data = connection.recv(1024)
                logging.debug(f'Received data: {data.decode()}')
                answer = 'Hello, client!'
                connection.sendall(answer.encode())
                logging.debug(f'Sent data: {answer}')
            logging.info('Connection closed')
        """

    @Test(arguments: ["Hello, server!", "Grüße 🎉 %s", "", String(repeating: "long ", count: 200)])
    func fourLinesAreTheSame(text: String) throws {
        let directory = try TemporaryDirectory()
        // A zone far from all others, so that both must mean local time; posix rules need no files.
        let environment = ["TZ": "<+1345>-13:45"]
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0"],
            in: directory,
            environment: environment
        )
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = ["-c", Self.script]
        process.currentDirectoryURL = directory.url
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer { process.terminate() }
        #expect(eventually { !directory.text("port").isEmpty })

        let ours = try talk(to: try #require(daemon.addresses.first), text)
        let theirs = try talk(to: "tcp:127.0.0.1:\(directory.text("port"))", text)
        #expect(ours.answer == theirs.answer)
        #expect(eventually { !process.isRunning })
        _ = try daemon.clientRecords(awaiting: 4)

        let written = try LogLine.parse(daemon.log).filter { !$0.isOfDaemon }
        let wanted = try LogLine.parse(directory.text("python.log"))
        #expect(wanted.count == 4)
        #expect(written.count == 4)
        let withoutPort = { (line: LogLine, name: String) in
            "\(line.level):\(line.message.replacing(name, with: "ADDR"))"
        }
        #expect(written.map { withoutPort($0, ours.name) } == wanted.map { withoutPort($0, theirs.name) })
        #expect(wanted[0].message != withoutPort(wanted[0], theirs.name))
        // The same clock, in the same form: within a minute of each other.
        #expect(abs(try seconds(written[0].time) - (try seconds(wanted[0].time))) < 60)
    }

    private func talk(to address: String, _ text: String) throws -> (answer: String, name: String) {
        let client = try TestSocket(to: address)
        let name = client.name
        if text.isEmpty { client.endSending() } else { try client.send(text) }
        return (try client.receiveToEnd(), name)
    }

    private func seconds(_ time: String) throws -> Double {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss,SSS"
        return try #require(formatter.date(from: time)).timeIntervalSince1970
    }
}
