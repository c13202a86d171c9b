import Linux

/// An error at startup: a line for standard error, and the exit code.
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
