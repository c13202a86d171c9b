import CLinux
import Glibc
import Linux

/// The resources that the process uses, by the names of Prometheus' client libraries.
enum ProcessUsage {
    private static let nanosecondsPerSecond = 1_000_000_000.0

    /// Adds the metrics of this moment.
    static func add(to text: inout ExpositionText) {
        text.begin("process_cpu_seconds_total", .counter, "Processor time of user and system.")
        text.add(cpuSeconds)
        if let bytes = residentBytes {
            text.begin("process_resident_memory_bytes", .gauge, "Resident memory.")
            text.add(bytes)
        }
        if let seconds = startSeconds {
            text.begin("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
            text.add(seconds)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            text.begin("process_max_fds", .gauge, "How many files may be open.")
            text.add(limit.rlim_cur)
        }
        if let count = openFiles {
            text.begin("process_open_fds", .gauge, "Files that are open.")
            text.add(count)
        }
    }

    private static var cpuSeconds: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / nanosecondsPerSecond
    }

    /// The second field of /proc/self/statm, in pages; see proc(5).
    private static var residentBytes: Int? {
        guard let fields = TextFile.read("/proc/self/statm")?.split(separator: " "), fields.count > 1,
            let pages = Int(fields[1])
        else { return nil }
        return pages &* sysconf(Int32(_SC_PAGESIZE))
    }

    /// By field 22 of /proc/self/stat, in clock ticks since the boot.
    private static var startSeconds: Double? {
        // The name, in parentheses, may have blanks. After it come the fields from the third on.
        guard let text = TextFile.read("/proc/self/stat"),
            let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 19,
            let ticks = Double(fields[19])
        else { return nil }
        let sinceBoot = seconds(of: CLOCK_BOOTTIME)
        return seconds(of: CLOCK_REALTIME) - sinceBoot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static var openFiles: Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // The two dots, and the directory itself.
        return count - 3
    }
}
