import Glibc

/// A benchmark that cannot go on: a wrong answer, a missing log line, a server that did not start.
package struct BenchError: Error, CustomStringConvertible {
    package let description: String
    package let code: Int32

    package init(_ description: String, code: Int32 = 0) {
        self.description = code == 0 ? description : "\(description): \(String(cString: strerror(code)))"
        self.code = code
    }
}
