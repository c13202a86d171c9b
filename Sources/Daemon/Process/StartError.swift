import Linux

/// Why the daemon could not start: a line for stderr and the exit code.
struct StartError: Error {
    let line: String
    let exitCode: ExitCode

    init(_ line: String, _ exitCode: ExitCode) {
        self.line = line
        self.exitCode = exitCode
    }

    init(_ error: SystemError) {
        self.init("\(error)", error.errno.isPermission ? .permission : .unavailable)
    }
}
