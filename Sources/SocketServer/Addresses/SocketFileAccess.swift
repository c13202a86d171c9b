package import Glibc

/// The permissions of a Unix socket that has a path, which say who may connect; see unix(7).
package struct SocketFileAccess: Sendable, Equatable {
    /// The permissions of the file; connecting takes that to write.
    ///
    /// The default is that of systemd's `SocketMode=`.
    package var mode: mode_t
    /// The file's group; nil: that of the process.
    package var group: gid_t?

    package init(mode: mode_t = 0o666, group: gid_t? = nil) {
        self.mode = mode
        self.group = group
    }
}
