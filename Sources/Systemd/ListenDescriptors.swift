import CLinux
import Glibc
import Linux

/// Socket activation: the sockets that systemd opened for this service; see sd_listen_fds(3).
public enum ListenDescriptors {
    private static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    /// Takes over the sockets passed in, each with its name, in the order of the socket units.
    ///
    /// After them come, newest first, the descriptors that systemd has kept for the service (`Notifier.store`,
    /// `DescriptorQueue`); their names tell them from the sockets.
    ///
    /// Empty when none were passed, or they were passed to another process (`LISTEN_PID`). The descriptors are closed on
    /// exec, and the variables are removed from the environment, with or without an error: a second call returns none.
    /// Must be called before other threads use the environment.
    ///
    /// - Throws: an error that names the invalid variable. An unsupported descriptor is not an error here; its `kind`
    ///   describes it.
    public static func take() throws(EnvironmentError) -> [ListenDescriptor] {
        // SD_LISTEN_FDS_START
        try take(first: 3, environment: Environment.value) { _ = unsetenv($0) }
    }

    static func take(
        first: Int32,
        environment: (String) -> String?,
        unset: (String) -> Void
    ) throws(EnvironmentError) -> [ListenDescriptor] {
        defer {
            for variable in variables {
                unset(variable)
            }
        }
        var descriptors: [ListenDescriptor] = []
        for (offset, name) in try names(in: environment, processID: getpid()).enumerated() {
            let descriptor = first + Int32(offset)
            let flags = fcntl(descriptor, F_GETFD)
            guard flags >= 0, fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) == 0 else {
                throw EnvironmentError(
                    variable: "LISTEN_FDS",
                    value: environment("LISTEN_FDS") ?? "",
                    problem: "descriptor \(descriptor) is not open (\(Errno.last))"
                )
            }
            descriptors.append(ListenDescriptor(descriptor: descriptor, name: name))
        }
        return descriptors
    }

    /// The names of the descriptors passed in, the first of them for the first descriptor.
    static func names(
        in environment: (String) -> String?,
        processID: Int32
    ) throws(EnvironmentError) -> [String] {
        guard
            let receiver = try Environment.number("LISTEN_PID", in: environment, atLeast: Int32(1)),
            receiver == processID,
            let count = try Environment.number("LISTEN_FDS", in: environment, atLeast: UInt16(1))
        else { return [] }
        guard let text = environment("LISTEN_FDNAMES") else {
            return Array(repeating: "unknown", count: Int(count))
        }
        let names = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard names.count == Int(count) else {
            throw EnvironmentError(
                variable: "LISTEN_FDNAMES",
                value: text,
                problem: "expected as many names as LISTEN_FDS says descriptors, \(count)"
            )
        }
        return names
    }
}
