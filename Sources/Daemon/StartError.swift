import LogBackends
import SocketServer
import Systemd

/// Why the daemon could not start: a line for stderr and the exit code.
struct StartError: Error {
    let line: String
    let exitCode: ExitCode

    init(_ line: String, _ exitCode: ExitCode) {
        self.line = line
        self.exitCode = exitCode
    }

    init(_ error: LogBackendError) {
        self.init("\(error)", ExitCode(error.errno))
    }

    init(_ error: SocketError) {
        self.init("\(error)", ExitCode(error.errno))
    }
}

extension ExitCode {
    /// Permission is missing, or something is not available.
    fileprivate init(_ errno: Errno) {
        self = errno.isPermission ? .permission : .unavailable
    }
}
