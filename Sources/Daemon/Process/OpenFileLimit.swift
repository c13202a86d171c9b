import CLinux
import Glibc

/// How many files and sockets the process may have open; see getrlimit(2).
enum OpenFileLimit {
    /// Threads, log and listeners take about a dozen; with fewer nothing could be served.
    private static let least: rlim_t = 32

    /// Raises the limit as far as that is allowed: each connection takes one.
    static func raise() throws(StartError) {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            // Under systemd the unit's LimitNOFILE= has done it, and the call is forbidden.
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        guard limit.rlim_cur >= least else {
            let advice = "raise LimitNOFILE= of the unit, or ulimit -n, to \(least) at least"
            throw StartError("only \(limit.rlim_cur) files may be open; \(advice)", .unavailable)
        }
    }
}
