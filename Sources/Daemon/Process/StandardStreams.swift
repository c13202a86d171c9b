import Glibc
import Linux

/// Standard input, output and error.
package enum StandardStreams {
    /// Whether standard output and standard error are the same file, pipe or terminal.
    static var areOneFile: Bool {
        guard let output = try? FileIdentity(descriptor: STDOUT_FILENO) else { return false }
        return (try? FileIdentity(descriptor: STDERR_FILENO)) == output
    }

    /// Opens each of the three that is closed to `/dev/null`.
    ///
    /// Otherwise a log file or a client's socket gets the number, and messages to standard error go there.
    package static func ensureOpen() {
        while true {
            let descriptor = open("/dev/null", O_RDWR)
            guard (0...2).contains(descriptor) else {
                if descriptor > 2 { close(descriptor) }
                return
            }
        }
    }
}
