/// What the daemon's exit status says; the numbers are those of sysexits.h.
package enum ExitCode: Int32, Sendable {
    /// An orderly stop, or a question answered: `--help`, `--version`, `--check-config`.
    case success = 0
    /// A flag that is not known, or whose value is wrong (EX_USAGE).
    case usage = 64
    /// A port that is taken, or a log backend that is not there (EX_UNAVAILABLE).
    case unavailable = 69
    /// Records that could not be written before the end (EX_IOERR).
    case recordsLost = 74
    /// Something that the daemon's user may not do, such as to read a file or to take a port (EX_NOPERM).
    case permission = 77
    /// A configuration file that has an error, or a passed-in socket that it says nothing about (EX_CONFIG).
    case configuration = 78
}
