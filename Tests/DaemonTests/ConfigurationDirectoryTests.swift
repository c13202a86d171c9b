import Daemon
import Foundation
import Glibc
import LogBackends
import LogRecords
import SocketServer
import TestSupport
import Testing

/// The files of `sockserved.toml.d`, beside the file.
@Suite struct ConfigurationDirectoryTests {
    private let directory: TemporaryDirectory
    private var file: String { directory.path("x.toml") }
    private var loader: ConfigurationLoader { ConfigurationLoader(defaultPath: file) }

    init() throws {
        directory = try TemporaryDirectory()
        #expect(mkdir(directory.path("x.toml.d"), 0o755) == 0)
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: directory.path(name), atomically: false, encoding: .utf8)
    }

    @Test func laterFilesTakePrecedenceInTheOrderOfTheirNames() throws {
        try write("x.toml", "threads = 2\nlog_level = 'error'\nlog_sync = 'data'\n")
        try write("x.toml.d/9.toml", "threads = 9\n")
        try write("x.toml.d/10.toml", "threads = 10\nlog_level = 'alert'\n")
        try write("x.toml.d/a.toml", "log_level = 'info'\n")
        let configuration = try loader.load()
        #expect(configuration.threads == 9)
        #expect(configuration.logLevel == .informational)
        #expect(configuration.logSync == .data)
    }

    @Test func listenersOfAllFilesAddUp() throws {
        try write("x.toml", "[[listener]]\nname = 'a'\nprotocol = 'echo'\n")
        try write("x.toml.d/b.toml", "max_connections = 5\n[[listener]]\nname = 'b'\nprotocol = 'echo'\n")
        let listeners = try loader.load().listeners
        #expect(listeners.map(\.name) == ["a", "b"])
        #expect(listeners.map(\.limits.maxConnections) == [5, 5])
    }

    @Test func filesAreReadWithoutAMainFileAndAgainAtAReload() throws {
        let loader = loader
        #expect(try loader.load() == Configuration())
        try write("x.toml.d/a.toml", "threads = 3\n")
        #expect(try loader.load().threads == 3)
        #expect(unlink(directory.path("x.toml.d/a.toml")) == 0)
        #expect(try loader.load().threads == 1)
    }

    @Test func aNamedFileHasADirectoryToo() throws {
        try write("x.toml", "")
        try write("x.toml.d/a.toml", "threads = 3\n")
        #expect(try ConfigurationLoader(path: file).load().threads == 3)
    }

    @Test func onlyRegularFilesOfTheRightNamesAreRead() throws {
        for name in [".hidden.toml", "a.toml~", "a.toml.dpkg-new", "a.conf", "toml"] {
            try write("x.toml.d/\(name)", "threads = 3\n")
        }
        #expect(mkdir(directory.path("x.toml.d/directory.toml"), 0o755) == 0)
        #expect(mkfifo(directory.path("x.toml.d/fifo.toml"), 0o600) == 0)
        #expect(symlink("/dev/null", directory.path("x.toml.d/masked.toml")) == 0)
        #expect(try loader.load() == Configuration())
        try write("elsewhere", "threads = 4\n")
        #expect(symlink(directory.path("elsewhere"), directory.path("x.toml.d/link.toml")) == 0)
        #expect(try loader.load().threads == 4)
    }

    @Test func mistakesOfAllFilesAreReportedWithFileAndLine() throws {
        try write("x.toml", "\nthreads = 0\n")
        try write("x.toml.d/a.toml", "log_levle = 'x'\n")
        try write("x.toml.d/b.toml", "= 1\n")
        try write("x.toml.d/c.toml", "# c\nlog_sync = 'maybe'\n")
        let error = #expect(throws: ConfigurationError.self) { try loader.load() }
        let lines = (error?.problems ?? []).map { $0.description.replacing(directory.path + "/", with: "") }
        #expect(
            Set(lines) == [
                "x.toml:2: threads: \"0\" is not an integer from 1 to 256",
                "x.toml.d/a.toml:1: log_levle: unknown key; did you mean log_level?",
                "x.toml.d/b.toml:1:1: expected a key, found \"=\"",
                "x.toml.d/c.toml:2: log_sync: unknown way to sync \"maybe\"; known: none, data",
            ]
        )
    }

    @Test func aNameInTwoFilesIsAnErrorThatNamesBoth() throws {
        try write("x.toml", "[[listener]]\nname = 'a'\nprotocol = 'echo'\naddress = 'tcp:127.0.0.1:1'\n")
        try write(
            "x.toml.d/b.toml",
            "\n[[listener]]\nname = 'a'\nprotocol = 'hello'\naddress = 'tcp:127.0.0.1:1'\n"
        )
        let error = #expect(throws: ConfigurationError.self) { try loader.load() }
        let (first, second) = (file, directory.path("x.toml.d/b.toml"))
        #expect(
            error?.problems.map(\.description) == [
                "\(second):3: listener[1].name: same name as listener[1].name in \(first):2; "
                    + "give each listener a name of its own",
                "\(second):5: listener[1].address: tcp:127.0.0.1:1 is also the address of listener[1].address "
                    + "in \(first):4; change one",
            ]
        )
    }

    @Test func aDirectoryThatCannotBeReadIsAnError() throws {
        #expect(rmdir(directory.path("x.toml.d")) == 0)
        try write("x.toml.d", "")
        let error = #expect(throws: ConfigurationError.self) { try loader.load() }
        #expect(error?.description == "\(file).d: cannot be read: Not a directory")
    }

    @Test func aLinkToNothingIsAnError() throws {
        let link = directory.path("x.toml.d/a.toml")
        #expect(symlink("nothing", link) == 0)
        let error = #expect(throws: ConfigurationError.self) { try loader.load() }
        #expect(error?.description == "\(link): cannot be read: No such file or directory")
    }

    @Test func theReportNamesThePlaceOfEachValue() throws {
        try write("x.toml", "threads = 2\nmax_connections = 7\n[[listener]]\nname = 'a'\nprotocol = 'syslog'\n")
        try write("x.toml.d/a.toml", "threads = 3\n")
        var flags = Settings()
        for setting in Configuration.settings where setting.key == "log_sync" { flags.setFlag(setting, "data") }
        let loader = ConfigurationLoader(flags: flags, listen: ["hello@tcp:127.0.0.1:1"], defaultPath: file)
        let lines = try loader.report().split(separator: "\n")
        for line in [
            "threads = 3  # \(file).d/a.toml:1", "log_sync = \"data\"  # --log-sync",
            "log_level = \"debug\"  # default",
            "max_connections = 7  # \(file):2", "name = \"a\"  # \(file):4", "idle_timeout = \"infinity\"  # default",
            "address = \"tcp:127.0.0.1:1\"  # --listen", "name = \"hello\"  # --listen",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
        #expect(lines.count { $0 == "max_connections = 7  # \(file):2" } == 3)
        // What is printed is TOML of the same meaning.
        try write("y.toml", try loader.report())
        let again = try ConfigurationLoader(path: directory.path("y.toml")).load()
        #expect(again.listeners.map(\.name) == ["a", "hello"])
        #expect(again.threads == 3)
    }

    /// A line feed in the name of a file would end the comment.
    @Test func namesOfFilesAreEscapedInTheReport() throws {
        try write("x.toml.d/a\n.toml", "threads = 3\n")
        #expect(try loader.report().contains("threads = 3  # \(file).d/a\\n.toml:1\n"))
    }
}
