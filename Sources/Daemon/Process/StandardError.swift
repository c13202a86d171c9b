import CLinux
import Glibc
import Linux
import Synchronization

/// Messages to standard error, for when no log is available.
package enum StandardError {
    /// Whether records go to standard error; then messages are not written, since they would come between records.
    static let isTaken = Atomic<Bool>(false)

    /// Writes `sockserved: LINE` at once, so that lines of several processes do not mix.
    package static func print(_ line: String) {
        guard !isTaken.load(ordering: .relaxed) else { return }
        var rest = Array("sockserved: \(line)\n".utf8)[...]
        while !rest.isEmpty {
            // The pointer does not leave the call.
            let count = rest.withUnsafeBytes { rest in
                retrying { write(STDERR_FILENO, rest.baseAddress, rest.count) }
            }
            // There is no other way to report the error.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
