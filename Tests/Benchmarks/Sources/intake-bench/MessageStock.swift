import BenchSupport

/// All messages of a run, made before it begins, each with its number after ` seq=`.
struct MessageStock {
    let form: MessageForm
    let bytes: [UInt8]
    /// Where each message ends, its ending included.
    let ends: [Int]

    var count: Int { ends.count }

    /// Makes the messages of one form.
    ///
    /// - Parameters:
    ///   - form: the form of each message.
    ///   - count: how many messages.
    ///   - python: the interpreter that makes those of Python.
    ///   - folder: where the Python program writes its frames.
    /// - Throws: why the Python program failed.
    init(_ form: MessageForm, count: Int, python: String, folder: String) throws(BenchError) {
        self.form = form
        var bytes: [UInt8] = []
        var ends: [Int] = []
        switch form {
        case .json, .gelf:
            for number in 0..<count {
                bytes += Self.object(form, number)
                bytes.append(form == .json ? UInt8(ascii: "\n") : 0)
                ends.append(bytes.count)
            }
        case .rfc3164, .rfc5424, .octets, .large:
            for number in 0..<count {
                let message = Self.message(form, number)
                if form == .octets { bytes += Array("\(message.count) ".utf8) }
                bytes += message
                if form != .octets { bytes.append(UInt8(ascii: "\n")) }
                ends.append(bytes.count)
            }
        case .python:
            let path = "\(folder)/frames"
            let script = "\(Places.package)/python_log_frames.py"
            try ServerProcess.run([python, script, "\(count)", path])
            bytes = try Proc.bytes(path)
            var end = 0
            while end + 4 <= bytes.count {
                end += 4 + bytes[end..<end + 4].reduce(0) { $0 << 8 | Int($1) }
                ends.append(end)
            }
            guard ends.count == count, end == bytes.count else { throw BenchError("\(script): no \(count) frames") }
        }
        self.bytes = bytes
        self.ends = ends
    }

    private static func sequence(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 7 - digits.count) + digits
    }

    private static func event(_ number: Int) -> (priority: Int, tag: String, process: Int, text: String) {
        switch number % 4 {
        case 0: (30, "nginx", 1234, "192.0.2.17 GET /api/v1/items/42 200 1532 0.013")
        case 1: (86, "sshd", 90211, "Accepted publickey for deploy from 198.51.100.7 port 51514")
        case 2: (29, "checkout", 4711, "order A-20931 accepted, total 129.90 EUR, 3 items")
        default: (27, "postfix/smtpd", 22871, "lost connection after EHLO from unknown[203.0.113.9]")
        }
    }

    private static func object(_ form: MessageForm, _ number: Int) -> [UInt8] {
        let (_, tag, process, text) = event(number)
        let second = number / 1000 % 60
        let clock = "09:15:\(second < 10 ? "0" : "")\(second)"
        let message = "\(text) seq=\(sequence(number))"
        let request = "af31\(sequence(number))"
        let line =
            if form == .json {
                "{\"timestamp\": \"2026-11-23T\(clock).123456Z\", \"level\": \"info\", \"logger\": \"\(tag)\", "
                    + "\"host\": \"web-3\", \"pid\": \(process), \"message\": \"\(message)\", "
                    + "\"request_id\": \"\(request)\"}"
            } else {
                "{\"version\": \"1.1\", \"host\": \"web-3\", \"short_message\": \"\(message)\", "
                    + "\"timestamp\": 1795424400.123, \"level\": 6, \"_facility\": \"\(tag)\", \"_pid\": \(process), "
                    + "\"_request_id\": \"\(request)\"}"
            }
        return Array(line.utf8)
    }

    private static func message(_ form: MessageForm, _ number: Int) -> [UInt8] {
        let sequence = sequence(number)
        let (priority, tag, process, text) = event(number)
        let second = number / 1000 % 60
        let clock = "09:15:\(second < 10 ? "0" : "")\(second)"
        let line =
            if form == .rfc3164 {
                "<\(priority)>Nov 23 \(clock) web-3 \(tag)[\(process)]: \(text) seq=\(sequence)"
            } else {
                "<\(priority)>1 2026-11-23T\(clock).123456+01:00 web-3 \(tag) \(process) - "
                    + "[timeQuality tzKnown=\"1\" isSynced=\"1\" syncAccuracy=\"105500\"] \(text) seq=\(sequence)"
            }
        guard form == .large else { return Array(line.utf8) }
        return Array((line + " " + String(repeating: "state=ok ", count: 120)).utf8.prefix(1023))
    }
}
