/// The exit status of the daemon, with the numbers of sysexits.h.
package enum ExitCode: Int32, Sendable {
    /// An orderly stop, or a successful `--help`, `--version` or `--check-config`.
    case success = 0
    /// An unknown flag, or a flag with an invalid value (EX_USAGE).
    case usage = 64
    /// An address in use, or an unavailable log backend (EX_UNAVAILABLE).
    case unavailable = 69
    /// Records were not written before the end (EX_IOERR).
    case recordsLost = 74
    /// The daemon's user lacks a permission, such as to read a file or to bind a port (EX_NOPERM).
    case permission = 77
    /// An error in a configuration file, or a passed-in socket without a configuration (EX_CONFIG).
    case configuration = 78
}
