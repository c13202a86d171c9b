import Foundation
import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

/// Full disks, and files at their size limit.
@Suite(.serialized) struct FileBackendFailureTests {
    /// Records of different lengths, each of them unique.
    private func lines(_ count: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            "\(seed).\(index) " + String(repeating: "x", count: Int.random(in: 0...900, using: &generator))
        }
    }

    /// Fills the disk.
    ///
    /// Truncating frees the space: a removed file keeps it while a process that another test starts has it open.
    private func fill(_ path: String) throws {
        let file = try #require(fopen(path, "w"))
        setvbuf(file, nil, Int32(_IONBF), 0)
        while fputs("filler", file) >= 0 {}
        fclose(file)
    }

    @Suite(.enabled(if: TemporaryMount.isPossible, Comment(rawValue: TemporaryMount.isImpossible)))
    struct OnASmallFileSystem {
        private let outer = FileBackendFailureTests()
        private let disk: TemporaryMount
        private let path: String

        init() throws {
            disk = try TemporaryMount()
            path = disk.path("x.log")
        }

        @Test(arguments: FileSync.allCases, 0..<8 as Range<UInt64>)
        func aFullDiskTearsNothingAndLosesNothing(sync: FileSync, seed: UInt64) throws {
            try Data(count: 40_000).write(to: URL(fileURLWithPath: disk.path("other")))
            let backend = try FileBackend(path: path, format: .standard, sync: sync).open()
            let lines = outer.lines(80, seed: seed)
            var batches = stride(from: 0, to: 80, by: 8).map { LogBatch(lines: Array(lines[$0..<($0 + 8)])) }
            var skipped = 3
            var done = skipped
            var failures = 0
            while !batches.isEmpty {
                let outcome = backend.write(batches, skipping: skipped)
                done += outcome.done
                // The file has exactly the records that were reported as committed.
                let isExact = disk.text("x.log") == lines[3..<done].map { $0 + "\n" }.joined()
                try #require(isExact)
                batches.removeFirst(done / 8 - (lines.count / 8 - batches.count))
                skipped = done % 8
                guard let failure = outcome.failure else { continue }
                failures += 1
                try #require(failures < 10)
                #expect(failure.errno.number == ENOSPC)
                #expect(failure.description.contains("make space"))
                if failures == 3 { #expect(truncate(disk.path("other"), 0) == 0) }
            }
            #expect(done == 80)
            #expect(failures == 3)
        }

        @Test func aRecordThatFitsAfterTheFullOneIsNotWrittenBeforeIt() throws {
            let backend = try FileBackend(path: path, format: .standard, sync: .none).open()
            try Data(count: 60_000).write(to: URL(fileURLWithPath: disk.path("other")))
            let batch = LogBatch(lines: [String(repeating: "long", count: 3000), "short"])
            let outcome = backend.write([batch], skipping: 0)
            #expect(outcome.done == 0)
            #expect(disk.text("x.log").isEmpty)
            #expect(truncate(disk.path("other"), 0) == 0)
            #expect(backend.write([batch], skipping: 0).done == 2)
        }

        @Test func aFullDiskWithALineToEnd() throws {
            try "torn".write(toFile: path, atomically: false, encoding: .utf8)
            let backend = try FileBackend(path: path, format: .standard, sync: .none).open()
            try outer.fill(disk.path("other"))
            let batch = LogBatch(lines: [String(repeating: "long", count: 3000)])
            for _ in 0..<3 { #expect(backend.write([batch], skipping: 0).done == 0) }
            #expect(disk.text("x.log") == "torn\n")
            #expect(truncate(disk.path("other"), 0) == 0)
            #expect(backend.write([batch], skipping: 0).done == 1)
            #expect(disk.text("x.log") == "torn\n" + String(repeating: "long", count: 3000) + "\n")
        }

        /// A new file could be created on the full disk, but takes nothing.
        @Test func aFileDeletedOnAFullDiskIsBegunAnew() throws {
            let backend = try FileBackend(path: path, format: .standard, sync: .none).open()
            try outer.fill(disk.path("other"))
            #expect(unlink(path) == 0)
            let batch = LogBatch(lines: ["a", "b"])
            let outcome = backend.write([batch], skipping: 0)
            #expect(outcome.done == 0)
            #expect(outcome.failure?.errno.number == ENOSPC)
            #expect(truncate(disk.path("other"), 0) == 0)
            #expect(backend.write([batch], skipping: 0).done == 2)
            #expect(disk.text("x.log") == "a\nb\n")
        }

        static let hasAppendOnlyFiles: Bool = {
            guard let disk = try? TemporaryMount() else { return false }
            return SystemCommand.run("touch", disk.path("x")) && SystemCommand.run("chattr", "+a", disk.path("x"))
        }()

        @Test(.enabled(if: hasAppendOnlyFiles, "needs chattr +a on tmpfs, of Linux 6.6"))
        func whereNothingCanBeTakenBackTheTornRecordIsEndedAndWrittenWhole() throws {
            let backend = try FileBackend(path: path, format: .standard, sync: .none).open()
            #expect(SystemCommand.run("chattr", "+a", path))
            defer { _ = SystemCommand.run("chattr", "-a", path) }
            try Data(count: 56_000).write(to: URL(fileURLWithPath: disk.path("other")))
            let long = String(repeating: "long", count: 4000)
            let batch = LogBatch(lines: ["first", long, "last"])
            let outcome = backend.write([batch], skipping: 0)
            #expect(outcome.done == 1)
            #expect(outcome.failure?.errno.number == ENOSPC)
            let torn = disk.text("x.log")
            #expect(torn.hasPrefix("first\nlong") && !torn.hasSuffix("\n"))
            #expect(truncate(disk.path("other"), 0) == 0)
            #expect(backend.write([batch], skipping: 1).done == 2)
            #expect(disk.text("x.log") == torn + "\n" + long + "\nlast\n")
        }

        @Test func aFileSystemThatIsReadOnlyIsRefused() throws {
            let disk = try TemporaryMount(flags: UInt(MS_RDONLY))
            let error = try #require(throws: SystemError.self) {
                try FileBackend(path: disk.path("x.log"), format: .standard, sync: .none).open()
            }
            #expect(error.errno.number == EROFS)
            #expect(error.description.contains("LogsDirectory="))
        }
    }

    @Test(.enabled(if: BrokenDisk.isPossible, Comment(rawValue: BrokenDisk.isImpossible)))
    func whatTheDiskRefusedIsWrittenAgain() throws {
        let disk = try BrokenDisk()
        let backend = try FileBackend(path: disk.path("x.log"), format: .standard, sync: .data).open()
        var expected = ""
        var failures = 0
        try disk.fail()
        // What space the disk had allotted before is used up first.
        for round in 0..<20 as Range<UInt64> {
            let lines = lines(500, seed: round)
            while true {
                let outcome = backend.write([LogBatch(lines: lines)], skipping: 0)
                if outcome.done == 500 { break }
                failures += 1
                try #require(failures <= 3)
                #expect(outcome.done == 0)
                #expect(outcome.failure?.operation.hasPrefix("cannot sync") == true)
                if failures == 3 { disk.mend() }
            }
            expected += lines.map { $0 + "\n" }.joined()
        }
        #expect(failures == 3)
        let isAllThereOnce = disk.text("x.log") == expected
        #expect(isAllThereOnce)
    }

    @Test func aLimitOnTheSizeOfFilesTearsNothing() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.log")
        // Far above the files of other tests: the limit is that of the whole process. The file is sparse.
        let limit: off_t = 1 << 30
        try Data().write(to: URL(fileURLWithPath: path))
        try #require(truncate(path, limit - 2000) == 0)
        signal(SIGXFSZ, SIG_IGN)
        var before = rlimit()
        try #require(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) == 0)
        var limited = rlimit(rlim_cur: rlim_t(limit), rlim_max: before.rlim_max)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limited) == 0)
        defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) }

        let backend = try FileBackend(path: path, format: .standard, sync: .none).open()
        let batch = LogBatch(lines: (0..<5).map { "\($0) " + String(repeating: "x", count: 697) })
        let outcome = backend.write([batch], skipping: 0)
        #expect(outcome.done == 2)
        #expect(outcome.failure?.errno.number == EFBIG)
        #expect(outcome.failure?.description.contains("rotate") == true)
        var status = stat()
        #expect(stat(path, &status) == 0)
        // The hole was no line, so its end comes first.
        #expect(status.st_size == limit - 2000 + 1 + 1400)

        // Rotated according to the advice.
        try FileManager.default.moveItem(atPath: path, toPath: directory.path("x.log.1"))
        backend.check()
        #expect(backend.write([batch], skipping: 2).done == 3)
        #expect(directory.text("x.log").split(separator: "\n").map { $0.first } == ["2", "3", "4"])
    }
}
