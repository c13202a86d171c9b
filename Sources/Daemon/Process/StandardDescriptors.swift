import Glibc

/// Standard input, output and error.
package enum StandardDescriptors {
    /// Sees that all three are open, to `/dev/null` where they were not.
    ///
    /// Otherwise a log file or a client's socket gets the number, and what is said on stderr goes there.
    package static func fill() {
        while true {
            let descriptor = open("/dev/null", O_RDWR)
            guard (0...2).contains(descriptor) else {
                if descriptor > 2 { close(descriptor) }
                return
            }
        }
    }
}
