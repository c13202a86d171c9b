import Glibc
import Linux
import TestSupport

/// A small file system in memory, to be filled.
///
/// Mounting takes root.
final class TemporaryMount: Sendable {
    static let isPossible = (try? TemporaryMount()) != nil
    static let isImpossible = "needs root, to mount a small file system"

    private let directory: TemporaryDirectory

    init(options: String = "size=64k", flags: UInt = 0) throws {
        directory = try TemporaryDirectory()
        guard mount("tmpfs", directory.path, "tmpfs", flags, options) == 0 else { throw Errno.last }
    }

    deinit {
        umount2(directory.path, Int32(MNT_DETACH))
    }

    func path(_ name: String) -> String { directory.path(name) }
    func text(_ name: String) -> String { directory.text(name) }
}
