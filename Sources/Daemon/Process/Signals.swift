import CLinux
import Glibc

/// The signals that the daemon is told things by; see signal(7).
enum Signals {
    enum Order {
        case stop
        case reload
    }

    /// Keeps the signals from interrupting any thread. To be called before there is a second one.
    ///
    /// A broken connection and a file that may not grow are errors of a call here, not reasons to die.
    static func block() {
        for ignored in [SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM] { signal(ignored, SIG_IGN) }
        var signals = set
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for a signal.
    ///
    /// - Returns: nil when none came in that time.
    static func wait(_ time: Duration) -> Order? {
        var signals = set
        let (seconds, attoseconds) = time.components
        var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        switch sigtimedwait(&signals, nil, &limit) {
        case SIGTERM, SIGINT: return .stop
        case SIGHUP: return .reload
        default: return nil
        }
    }

    private static var set: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        return signals
    }
}
