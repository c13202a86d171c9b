import CLinux
import Glibc
import Synchronization

/// The daemon's words to whoever started it, where there is no log yet or any more.
package enum StandardError {
    /// Whether records go there, so that nothing else may come between their lines, or wait for their reader.
    static let isTaken = Atomic<Bool>(false)

    /// Writes `sockserved: LINE` at once, so that lines of several processes do not mix.
    package static func print(_ line: String) {
        guard !isTaken.load(ordering: .relaxed) else { return }
        var rest = Array("sockserved: \(line)\n".utf8)[...]
        while !rest.isEmpty {
            // The pointer does not leave the call.
            let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // With nobody to tell, there is nothing to do about it.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
