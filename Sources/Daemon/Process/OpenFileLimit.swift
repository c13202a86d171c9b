import CLinux
import Glibc

/// The limit on open files and sockets of the process; see getrlimit(2).
enum OpenFileLimit {
    /// The minimum: threads, log and listeners need about a dozen.
    private static let least: rlim_t = 32
    /// Descriptors that are reserved for files opened later: a new log file beside the old one, its directory, the
    /// configuration's files, a connection to the host's log, memory for a large entry of the journal.
    private static let reserve = 8

    /// Raises the soft limit to the hard limit, since each connection needs a descriptor.
    ///
    /// - Throws: when the limit is below the minimum.
    static func raise() throws(StartError) {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            // The installed unit sets LimitNOFILE= and forbids the call.
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        guard limit.rlim_cur >= least else {
            let advice = "raise LimitNOFILE= of the unit, or ulimit -n, to \(least) at least"
            throw StartError("only \(limit.rlim_cur) files may be open; \(advice)", .unavailable)
        }
    }

    /// The number of connections that may be open beside all other descriptors of the daemon.
    ///
    /// - Parameter threads: the number of threads that accept connections; each may accept one more.
    /// - Returns: the number, at least 1.
    static func connections(threads: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        // dup(2) returns the lowest free number, and all lower ones are in use.
        let inUse = dup(STDERR_FILENO)
        guard inUse >= 0 else { return 1 }
        close(inUse)
        return max(1, Int(clamping: limit.rlim_cur) &- Int(inUse) &- reserve &- threads)
    }
}
