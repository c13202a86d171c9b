import Foundation
import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

/// The paths that a `FileBackend` does not open.
@Suite struct FileBackendRejectionTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path("x.log")
    }

    private func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.path(name))
    }

    private func refusal(at path: String) -> SystemError? {
        do {
            _ = try FileBackend(path: path, format: .standard, sync: .none).open()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["victim", "missing"])
    func symbolicLinksAreRefused(target: String) throws {
        try "victim".write(toFile: directory.path("victim"), atomically: false, encoding: .utf8)
        #expect(symlink(target, path) == 0)
        let error = try #require(refusal(at: path))
        #expect(error.errno.number == ELOOP)
        #expect(error.description.contains("is a symbolic link"))
        #expect(directory.text("victim") == "victim")
        #expect(!exists("missing"))
    }

    @Test func fifosAreRefusedAtOnceWithAndWithoutAReader() throws {
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try #require(refusal(at: path)).description.contains("not a regular file"))
        let reader = Glibc.open(path, O_RDONLY | O_NONBLOCK)
        defer { Glibc.close(reader) }
        #expect(try #require(refusal(at: path)).description.contains("not a regular file"))
        var byte: UInt8 = 0
        #expect(read(reader, &byte, 1) == 0)
    }

    @Test func otherThingsAreRefusedWithAdvice() throws {
        try "file".write(toFile: directory.path("file"), atomically: false, encoding: .utf8)
        let cases = [
            (directory.path, EISDIR, "a file in it"),
            ("/dev/null", EINVAL, "not a regular file"),
            (directory.path("no/such/x.log"), ENOENT, "create the directory \(directory.path("no/such"))"),
            (directory.path("file/x.log"), ENOTDIR, "is a file"),
            ("", ENOENT, "give the path"),
        ]
        for (path, reason, advice) in cases {
            let error = try #require(refusal(at: path), "\(path)")
            #expect(error.errno.number == reason)
            #expect(error.object == path)
            #expect(error.description.contains(advice), "\(error)")
        }
    }

    @Test func socketsAreRefused() throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        #expect(try #require(refusal(at: path)).errno.number == ENXIO)
    }

    @Test(.enabled(if: getuid() == 0, "needs root, to become another user"))
    func withoutPermissionTheErrorSaysWhose() throws {
        #expect(chmod(directory.path, 0o755) == 0)
        let error = try #require(withFileUser(65534) { refusal(at: path) })
        #expect(error.errno.number == EACCES)
        #expect(error.description.contains("uid"))
    }
}
