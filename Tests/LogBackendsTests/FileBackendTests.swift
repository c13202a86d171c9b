import Foundation
import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

@Suite struct FileBackendTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path("x.log")
    }

    private func open(_ sync: FileSync = .none) throws -> any LogOutput {
        try FileBackend(path: path, format: .standard, sync: sync).open()
    }

    /// Writes one batch of lines, all of which must be done.
    private func write(_ lines: String..., to backend: any LogOutput) {
        let outcome = backend.write([LogBatch(lines: lines)], skipping: 0)
        #expect(outcome.done == lines.count)
        #expect(outcome.failure == nil)
    }

    private func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.path(name))
    }

    // MARK: writing

    @Test(arguments: FileSync.allCases)
    func batchesAreWrittenInOrder(sync: FileSync) throws {
        let backend = try open(sync)
        let batches = [LogBatch(lines: ["a", "b", "c"]), LogBatch(lines: ["d"]), LogBatch(lines: ["e", "f"])]
        let outcome = backend.write(batches, skipping: 2)
        #expect(outcome.done == 4)
        #expect(outcome.failure == nil)
        #expect(directory.text("x.log") == "c\nd\ne\nf\n")
        #expect(FileBackend(path: path).summary == "file \(path)")
    }

    @Test func manyBatchesAreOneWrite() throws {
        let backend = try open()
        let batches = (0..<5000).map { LogBatch(lines: ["\($0)"]) }
        #expect(backend.write(batches, skipping: 0).done == 5000)
        #expect(directory.text("x.log") == (0..<5000).map { "\($0)\n" }.joined())
    }

    /// Otherwise the kernel begins with gigabytes, and a write(2) waits for long.
    @Test(.enabled(if: PageCache.isCounted, "cachestat(2) of Linux 6.5 and a file system on a disk are needed"))
    func theKernelIsAskedToWriteToTheDiskBeforeMuchHasGathered() throws {
        let backend = try open()
        let line = String(repeating: "x", count: 1023)
        let batch = LogBatch(lines: [String](repeating: line, count: 1024))
        for _ in 0..<64 { #expect(backend.write([batch], skipping: 0).done == 1024) }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let dirty = try #require(PageCache.dirtyBytes(of: file.fileDescriptor))
        #expect(dirty <= 6 << 20)
        #expect(directory.text("x.log").utf8.count == 64 << 20)
    }

    @Test func recordsAreEncodedInTheFormat() throws {
        let backend = try FileBackend(path: path, format: LineFormat("%(levelname)s %(message)s"), sync: .none)
        let event = Event(name: "tested", messageID: "00000000000000000000000000000000")
        var record = LogRecord(event, severity: .warning)
        record.append("two\nlines" as String)
        let batch = LogBatch([record, record], by: backend)
        #expect(try backend.open().write([batch], skipping: 1).done == 1)
        #expect(directory.text("x.log") == "WARNING two\\nlines\n")
    }

    @Test func aNewFileIsNotForOthers() throws {
        let backend = try open()
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 & ~0o640 == 0)
        backend.close()
        backend.close()
        #expect(backend.write([LogBatch(lines: ["late"])], skipping: 0).done == 0)
    }

    // MARK: the last line

    @Test func aTornLastLineIsEndedBeforeTheFirstRecord() throws {
        try "whole\ntorn".write(toFile: path, atomically: false, encoding: .utf8)
        let backend = try open()
        #expect(directory.text("x.log") == "whole\ntorn")
        write("new", "newer", to: backend)
        write("newest", to: backend)
        #expect(directory.text("x.log") == "whole\ntorn\nnew\nnewer\nnewest\n")
    }

    @Test func aLineThatIsEndedMeanwhileIsNotEndedAgain() throws {
        let before = try open()
        try "to".write(toFile: path, atomically: false, encoding: .utf8)
        let backend = try open()
        let other = try #require(FileHandle(forWritingAtPath: path))
        try other.seekToEnd()
        try other.write(contentsOf: Data("gether\n".utf8))
        write("new", to: backend)
        #expect(directory.text("x.log") == "together\nnew\n")
        before.close()
    }

    @Test(.enabled(if: getuid() == 0, "needs root, to become another user"))
    func aLastLineThatCannotBeReadIsEnded() throws {
        try "torn?".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(chmod(path, 0o222) == 0 && chmod(directory.path, 0o777) == 0)
        let backend = try withFileUser(65534) { try open() }
        write("new", to: backend)
        #expect(directory.text("x.log") == "torn?\nnew\n")
    }

    // MARK: rotation

    @Test(arguments: FileSync.allCases)
    func aRenamedFileIsLeftAtTheNextCheck(sync: FileSync) throws {
        let backend = try open(sync)
        write("old", to: backend)
        try FileManager.default.moveItem(atPath: path, toPath: directory.path("x.log.1"))
        backend.check()
        #expect(exists("x.log"))
        write("new", to: backend)
        #expect(directory.text("x.log") == "new\n")
        #expect(directory.text("x.log.1") == "old\n")
    }

    @Test func aRenamedFileIsLeftUnderLoadWithoutACheck() throws {
        let backend = try open()
        write("0", to: backend)
        try FileManager.default.moveItem(atPath: path, toPath: directory.path("x.log.1"))
        var count = 1
        let isNoticed = eventually {
            write("\(count)", to: backend)
            count += 1
            return exists("x.log")
        }
        #expect(isNoticed)
        let all = directory.text("x.log.1") + directory.text("x.log")
        #expect(all == (0..<count).map { "\($0)\n" }.joined())
    }

    @Test func aFileThatWasPutInThePlaceIsAppendedTo() throws {
        let backend = try open()
        write("old", to: backend)
        try FileManager.default.moveItem(atPath: path, toPath: directory.path("x.log.1"))
        try "made by logrotate".write(toFile: path, atomically: false, encoding: .utf8)
        backend.check()
        write("new", to: backend)
        #expect(directory.text("x.log") == "made by logrotate\nnew\n")
        #expect(directory.text("x.log.1") == "old\n")
    }

    @Test(arguments: FileSync.allCases)
    func whatWentToADeletedFileIsWrittenAgain(sync: FileSync) throws {
        let backend = try open(sync)
        write("gone", to: backend)
        for round in 0..<3 {
            try FileManager.default.removeItem(atPath: path)
            write("first \(round)", "second \(round)", to: backend)
            #expect(directory.text("x.log") == "first \(round)\nsecond \(round)\n")
        }
    }

    @Test func aTruncatedFileBeginsAnew() throws {
        let backend = try open()
        write("copied away", to: backend)
        #expect(truncate(path, 0) == 0)
        write("new", to: backend)
        #expect(directory.text("x.log") == "new\n")
    }

    @Test(arguments: FileSync.allCases)
    func recordsWaitWhileTheDirectoryIsGone(sync: FileSync) throws {
        let place = directory.path("logs")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let backend = try FileBackend(path: place + "/x.log", format: .standard, sync: sync).open()
        try FileManager.default.removeItem(atPath: place)
        let batch = LogBatch(lines: ["a", "b"])
        for _ in 0..<3 {
            backend.check()
            let outcome = backend.write([batch], skipping: 0)
            #expect(outcome.done == 0)
            #expect(outcome.failure?.errno.number == ENOENT)
            #expect(outcome.failure?.description.contains("create the directory \(place)") == true)
        }
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        #expect(backend.write([batch], skipping: 0).done == 2)
        #expect(directory.text("logs/x.log") == "a\nb\n")
    }

    @Test func aMovedDirectoryKeepsTheFileUntilThereIsANewOne() throws {
        let place = directory.path("logs")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let backend = try FileBackend(path: place + "/x.log", format: .standard, sync: .none).open()
        try FileManager.default.moveItem(atPath: place, toPath: directory.path("moved"))
        backend.check()
        write("kept", to: backend)
        #expect(directory.text("moved/x.log") == "kept\n")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        backend.check()
        write("new", to: backend)
        #expect(directory.text("logs/x.log") == "new\n")
        #expect(directory.text("moved/x.log") == "kept\n")
    }

    @Test func aLinkPutInThePlaceIsNotFollowed() throws {
        let backend = try open()
        try "victim".write(toFile: directory.path("victim"), atomically: false, encoding: .utf8)
        try FileManager.default.removeItem(atPath: path)
        #expect(symlink("victim", path) == 0)
        let outcome = backend.write([LogBatch(lines: ["a"])], skipping: 0)
        #expect(outcome.done == 0)
        #expect(outcome.failure?.errno.number == ELOOP)
        #expect(directory.text("victim") == "victim")
        #expect(unlink(path) == 0)
        write("a", to: backend)
        #expect(directory.text("x.log") == "a\n")
    }

    @Test func twoBackendsAppendToOneFile() throws {
        let old = try open()
        write("old", to: old)
        let new = try open()
        write("last", to: old)
        old.close()
        write("new", to: new)
        #expect(directory.text("x.log") == "old\nlast\nnew\n")
    }
}
