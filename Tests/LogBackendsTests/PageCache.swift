import Foundation
import TestSupport

/// The pages of files that are in memory; see cachestat(2).
enum PageCache {
    private struct Range {
        var offset: UInt64 = 0
        /// Up to the end.
        var length: UInt64 = 0
    }

    private struct Counts {
        var cached: UInt64 = 0
        var dirty: UInt64 = 0
        var writeback: UInt64 = 0
        var evicted: UInt64 = 0
        var recentlyEvicted: UInt64 = 0
    }

    private typealias SystemCall =
        @convention(c) (Int, Int32, UnsafeMutableRawPointer, UnsafeMutableRawPointer, UInt32) -> Int

    /// The number of the call is the same on all architectures.
    private static let callNumber = 451

    /// The bytes of pages that nothing has begun to write to the disk; nil where the kernel does not count them.
    static func dirtyBytes(of descriptor: Int32) -> Int? {
        var range = Range()
        var counts = Counts()
        // Swift does not import syscall(2), which is variadic.
        guard let symbol = dlsym(nil, "syscall") else { return nil }
        let call = unsafeBitCast(symbol, to: SystemCall.self)
        guard call(callNumber, descriptor, &range, &counts, 0) == 0 else { return nil }
        return Int(counts.dirty) * Int(getpagesize())
    }

    /// Whether temporary files have dirty pages, which the kernel counts.
    static let isCounted: Bool = {
        guard let directory = try? TemporaryDirectory() else { return false }
        let path = directory.path("dirty")
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { return false }
        file.write(Data(count: 1 << 20))
        // On tmpfs none is dirty.
        return (dirtyBytes(of: file.fileDescriptor) ?? 0) > 0
    }()
}
