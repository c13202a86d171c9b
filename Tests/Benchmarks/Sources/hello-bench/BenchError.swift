import Glibc

/// A benchmark that cannot go on: a wrong answer, a missing log line, a server that did not start.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    let code: Int32

    init(_ description: String, code: Int32 = 0) {
        self.description = code == 0 ? description : "\(description): \(String(cString: strerror(code)))"
        self.code = code
    }
}
