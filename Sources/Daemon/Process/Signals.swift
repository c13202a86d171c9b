import CLinux
import Glibc

/// The signals that control the daemon; see signal(7).
enum Signals {
    enum Order {
        case stop
        case reload
    }

    /// Blocks the signals in all threads; must be called before a second thread is started.
    ///
    /// A broken connection (SIGPIPE) and a file at its size limit (SIGXFSZ) are errors of a call instead.
    static func block() {
        for ignored in [SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM] { signal(ignored, SIG_IGN) }
        var signals = set
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for a signal.
    ///
    /// - Returns: nil when none arrived in that time.
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

    /// Makes a descriptor that is readable while a signal is there for `wait`; see signalfd(2).
    ///
    /// - Returns: -1 without a free descriptor: then `wait` alone learns of signals.
    static func makeDescriptor() -> Int32 {
        var signals = set
        return signalfd(-1, &signals, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
    }

    private static var set: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        return signals
    }
}
