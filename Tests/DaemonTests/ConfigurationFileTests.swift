import Daemon
import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct ConfigurationFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func problem(_ path: String) throws -> ConfigurationProblem {
        let loader = ConfigurationLoader(path: path)
        let error = #expect(throws: ConfigurationError.self) { try loader.load() }
        #expect(error?.problems.count == 1)
        return try #require(error?.problems.first)
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: directory.url.appendingPathComponent("x.toml"))
        return directory.path("x.toml")
    }

    @Test func onlyTheDefaultFileMayBeMissing() throws {
        let path = directory.path("none.toml")
        #expect(try problem(path).description == "\(path): there is no such file; create it, or leave out --config")
        #expect(try ConfigurationLoader(defaultPath: path).load() == Configuration())
    }

    @Test func aDirectoryIsRefused() throws {
        #expect(try problem(directory.path).description == "\(directory.path): is a directory; name a TOML file")
    }

    @Test func aFIFOIsRefusedAndNotWaitedFor() throws {
        let path = directory.path("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try problem(path).description == "\(path): is not a regular file; name a TOML file")
    }

    @Test func aDeviceIsRefused() throws {
        #expect(try problem("/dev/zero").description == "/dev/zero: is not a regular file; name a TOML file")
    }

    @Test func anEmptyNameIsRefused() throws {
        #expect(try problem("").description == ": is not a file name")
    }

    @Test func bytesThatAreNotTextAreRefused() throws {
        let path = try write(Array("a = 1\nb = \"".utf8) + [0xFF, 0xFE])
        #expect(try problem(path).description == "\(path): is not valid UTF-8 (line 2)")
        #expect(
            try problem("/proc/self/exe").description
                == "/proc/self/exe: has more than 1048576 bytes; it cannot be a configuration file"
        )
    }

    @Test func aNULIsRefused() throws {
        let path = try write(Array("threads = 2\0".utf8))
        #expect(try problem(path).description == "\(path): is not valid UTF-8 (line 1)")
    }

    @Test func aFileOfOneMegabyteIsRead() throws {
        let path = try write(Array("threads = 2 #".utf8) + [UInt8](repeating: 0x78, count: (1 << 20) - 13))
        #expect(try ConfigurationLoader(path: path).load().threads == 2)
    }

    @Test func aFileThatMayNotBeReadIsAQuestionOfPermission() throws {
        let path = try write(Array("threads = 2".utf8))
        #expect(chmod(path, 0) == 0)
        // Root may read every file, so this thread gets another user id for the file system.
        // Swift's Glibc lacks setfsuid(2); the cast gives it its type.
        let symbol = try #require(dlsym(nil, "setfsuid"))
        let setFileSystemUser = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
        let user = setFileSystemUser(65_534)
        let result = Result { try ConfigurationLoader(path: path).load() }
        _ = setFileSystemUser(UInt32(bitPattern: user))
        let error = #expect(throws: ConfigurationError.self) { try result.get() }
        let advice = "let the daemon's user read it, or name another one with --config"
        #expect(error?.description == "\(path): cannot be read: Permission denied; \(advice)")
        #expect(error?.exitCode == .permission)
    }

    @Test func aPathThroughAFileIsAnErrorAndNotAMissingDefault() throws {
        let below = try write(Array("threads = 2".utf8)) + "/x.toml"
        let loader = ConfigurationLoader(defaultPath: below)
        let error = #expect(throws: ConfigurationError.self) { try loader.load() }
        #expect(error?.description == "\(below): cannot be read: Not a directory")
        #expect(error?.exitCode == .configuration)
    }
}
