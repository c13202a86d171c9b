package import Glibc

/// The CPU time of a process with all its threads, by the scheduler's own count (CLOCK_PROCESS_CPUTIME_ID).
package struct ProcessClock {
    private let clock: clockid_t

    package init(of process: pid_t) throws(BenchError) {
        var clock = clockid_t()
        let status = clock_getcpuclockid(process, &clock)
        guard status == 0 else { throw BenchError("clock_getcpuclockid of \(process)", code: status) }
        self.clock = clock
    }

    /// User and system time so far, that of threads that ended included, in nanoseconds.
    package func nanoseconds() throws(BenchError) -> UInt64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { throw BenchError("a measured process is gone", code: errno) }
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
