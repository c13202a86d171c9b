import Foundation
import Glibc
import TestSupport

/// A disk that breaks on request: ext4 on a loop device whose blocks have no backing space, so that writes
/// succeed into the kernel's memory and fdatasync(2) fails, and later succeeds again.
final class BrokenDisk: Sendable {
    static let isPossible = (try? BrokenDisk()) != nil
    static let isImpossible = "needs root, loop devices and mkfs.ext4, to make a disk that breaks"

    private struct Failure: Error {}

    private let memory: TemporaryMount
    private let directory: TemporaryDirectory

    init() throws {
        memory = try TemporaryMount(options: "size=6m")
        directory = try TemporaryDirectory()
        let image = memory.path("image")
        let isMounted =
            SystemCommand.run("truncate", "-s", "16m", image)
            && SystemCommand.run("mkfs.ext4", "-q", "-O", "^has_journal", image)
            && SystemCommand.run("mount", "-o", "loop,errors=continue", image, directory.path)
        guard isMounted else { throw Failure() }
    }

    deinit {
        mend()
        umount2(directory.path, Int32(MNT_DETACH))
    }

    func path(_ name: String) -> String { directory.path(name) }
    func text(_ name: String) -> String { directory.text(name) }

    func fail() throws {
        sync()
        let data = Data(count: 64 * 1024)
        guard let file = fopen(memory.path("filler"), "w") else { throw Failure() }
        setvbuf(file, nil, Int32(_IONBF), 0)
        while data.withUnsafeBytes({ fwrite($0.baseAddress, 1, $0.count, file) }) == data.count {}
        fclose(file)
    }

    func mend() {
        unlink(memory.path("filler"))
    }
}
