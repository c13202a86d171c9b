import Glibc

/// Standard input, output and error.
package enum StandardStreams {
    /// Whether standard output and standard error are the same file, pipe or terminal.
    static var areOneFile: Bool {
        var (output, error) = (stat(), stat())
        guard fstat(STDOUT_FILENO, &output) == 0, fstat(STDERR_FILENO, &error) == 0 else { return false }
        return output.st_dev == error.st_dev && output.st_ino == error.st_ino
    }

    /// Sees that all three are open, to `/dev/null` where they were not.
    ///
    /// Otherwise a log file or a client's socket gets the number, and what is said on stderr goes there.
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
