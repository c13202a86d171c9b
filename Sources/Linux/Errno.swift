import CLinux
import Glibc

/// A system error number, described by the system's text; see errno(3).
public struct Errno: Error, Equatable, Sendable, CustomStringConvertible {
    /// The number, such as `ENOENT`.
    public let number: Int32

    /// Makes an error from its number.
    public init(_ number: Int32) {
        self.number = number
    }

    /// The error of the last failed system call of this thread.
    public static var last: Errno { Errno(errno) }

    /// Whether the caller lacks a permission (EACCES, EPERM).
    public var isPermission: Bool { number == EACCES || number == EPERM }

    /// The system's text for the error.
    public var description: String {
        // strerror's text for known errors is constant; it is copied before anything else can run.
        String(cString: strerror(number))
    }
}
