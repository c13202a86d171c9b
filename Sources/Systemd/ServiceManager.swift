import Glibc
import Linux

/// Information about the systemd that started this process.
public enum ServiceManager {
    /// Whether systemd started this process directly, rather than a shell or another program within a unit.
    ///
    /// True with `$NOTIFY_SOCKET`, or when `$SYSTEMD_EXEC_PID` is its id; see systemd.exec(5).
    public static func hasStartedThisProcess() -> Bool {
        hasStarted(getpid(), environment: Environment.value)
    }

    static func hasStarted(_ processID: Int32, environment: (String) -> String?) -> Bool {
        if environment("NOTIFY_SOCKET")?.isEmpty == false { return true }
        return environment("SYSTEMD_EXEC_PID") == "\(processID)"
    }

    /// The service of the system manager that this process belongs to; nil for others, such as a login session.
    public static func serviceName() -> String? {
        TextFile.read("/proc/self/cgroup").flatMap(UnitName.service(inControlGroups:))
    }
}

/// Finds unit names in the paths of control groups; see systemd.unit(5) and cgroups(7).
enum UnitName {
    private static let maximumLength = 255

    /// The service in the text of `/proc/PID/cgroup`; nil when there is none, or when a user's manager runs it.
    static func service(inControlGroups text: String) -> String? {
        var named: String?
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            // The unified hierarchy, or systemd's own hierarchy of cgroups version 1.
            if parts[0] == "0" && parts[1].isEmpty {
                if let name = service(inPath: parts[2]) { return name }
            } else if parts[1] == "name=systemd" {
                named = service(inPath: parts[2])
            }
        }
        return named
    }

    /// The first part that is not a slice names the unit; the unit manages the rest of the path.
    private static func service(inPath path: Substring) -> String? {
        guard let part = path.split(separator: "/").first(where: { !$0.hasSuffix(".slice") }) else { return nil }
        // systemd prefixes an underscore to names that could collide with the kernel's files.
        let name = part.hasPrefix("_") ? part.dropFirst() : part
        let isService = name.hasSuffix(".service") && name.utf8.count > 8 && name.utf8.count <= maximumLength
        return isService && !name.hasPrefix("user@") ? String(name) : nil
    }
}
