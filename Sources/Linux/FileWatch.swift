import Glibc

/// Notices that a path may lead to another file than an open one: the file or its directory was renamed or deleted; see
/// inotify(7).
///
/// It does not notice renamed directories further up, mounts, and what other hosts do on a network file system.
package struct FileWatch: ~Copyable {
    /// A descriptor for poll(2), readable after a change; nil where the kernel or its limits allow no watch.
    package let descriptor: Int32?

    /// - Parameters:
    ///   - file: the descriptor of an open file.
    ///   - directory: the path of its directory.
    package init(of file: Int32, in directory: String) {
        let watch = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        // A file that is deleted while it is open has other attributes: the count of its names.
        let changes = UInt32(IN_MOVE_SELF) | UInt32(IN_DELETE_SELF) | UInt32(IN_ATTRIB)
        let isWatching =
            watch >= 0 && inotify_add_watch(watch, "/proc/self/fd/\(file)", changes) >= 0
            && inotify_add_watch(watch, directory, UInt32(IN_MOVE_SELF) | UInt32(IN_DELETE_SELF)) >= 0
        if watch >= 0, !isWatching { close(watch) }
        descriptor = isWatching ? watch : nil
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Discards the changes so far.
    ///
    /// - Returns: whether there were any.
    package func takeChanges() -> Bool {
        guard let descriptor else { return false }
        // Room for some changes: of 16 bytes each, without names, which only entries of directories have.
        var buffer = InlineArray<128, UInt64>(repeating: 0)
        var span = buffer.mutableSpan
        var hasChanges = false
        // The pointer does not leave the call.
        while span.withUnsafeMutableBytes({ read(descriptor, $0.baseAddress, $0.count) }) > 0 { hasChanges = true }
        return hasChanges
    }
}
