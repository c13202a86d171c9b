import Foundation
import Linux
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

@Suite struct ListeningSocketTests {
    private func bound(_ address: ListenAddress) throws -> (Int32, ListenAddress) {
        let socket = try ListeningSocket.open(address)
        return (socket, try #require(ListenAddress(of: socket)))
    }

    private func error(_ address: ListenAddress) -> SystemError? {
        do {
            close(try ListeningSocket.open(address))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["127.0.0.1", "::1", "0.0.0.0", "::"]) func theKernelChoosesAPort(host: String) throws {
        for address in [ListenAddress.tcp(host: host, port: 0), .udp(host: host, port: 0)] {
            let (socket, bound) = try bound(address)
            defer { close(socket) }
            switch (address, bound) {
            case (.tcp, .tcp(let name, let port)), (.udp, .udp(let name, let port)):
                #expect(name == host)
                #expect(port > 0)
            default:
                Issue.record("\(address) became \(bound)")
            }
            let again = error(bound)
            #expect(again?.errno == Errno(EADDRINUSE))
            #expect(again?.description.contains("\(bound)") == true, "the error names the address")
        }
    }

    @Test func socketsAreNonBlockingAndNotInherited() throws {
        let (socket, _) = try bound(.tcp(host: "127.0.0.1", port: 0))
        defer { close(socket) }
        #expect(fcntl(socket, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(socket, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test func allAddressesMeansBothFamilies() throws {
        let (socket, bound) = try bound(.tcp(host: "::", port: 0))
        defer { close(socket) }
        guard case .tcp(_, let port) = bound else { return }
        for host in ["127.0.0.1", "::1"] { _ = try Client(.tcp(host: host, port: port)) }
    }

    @Test func asManyMayWaitAsTheKernelAllows() throws {
        let (socket, _) = try bound(.tcp(host: "127.0.0.1", port: 0))
        defer { close(socket) }
        #expect(try Backlog.of(socket) == Backlog.most)
    }

    @Test func foreignAddressesAndBadOnesAreErrors() {
        #expect(error(.tcp(host: "192.0.2.1", port: 0))?.errno == Errno(EADDRNOTAVAIL))
        #expect(error(.tcp(host: "localhost", port: 0))?.errno == Errno(EINVAL))
        #expect(error(.unix(path: "/nonexistent/x.sock"))?.errno == Errno(ENOENT))
    }

    // MARK: Unix sockets

    @Test(arguments: [false, true]) func staleSocketsAreReplaced(isStream: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.sock")
        let address: ListenAddress = isStream ? .unix(path: path) : .unixDatagram(path: path)
        let (first, bound) = try bound(address)
        #expect(bound == address)
        close(first)
        #expect(FileManager.default.fileExists(atPath: path), "it was not removed")
        let (second, _) = try self.bound(address)
        defer { close(second) }
        _ = try Client(address)
    }

    @Test(arguments: [false, true]) func liveSocketsAreNot(isStream: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.sock")
        let address: ListenAddress = isStream ? .unix(path: path) : .unixDatagram(path: path)
        let other: ListenAddress = isStream ? .unixDatagram(path: path) : .unix(path: path)
        let (live, _) = try bound(address)
        defer { close(live) }
        for _ in 0..<3 {
            #expect(error(address)?.errno == Errno(EADDRINUSE))
            #expect(error(other)?.errno == Errno(EADDRINUSE), "whatever kind the other one is of")
        }
        _ = try Client(address)
    }

    /// Where a dead socket lies: one of them has the path, and the other one is an error.
    @Test(arguments: [false, true]) func ofTwoAtOnceOneListens(isStream: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.sock")
        let address: ListenAddress = isStream ? .unix(path: path) : .unixDatagram(path: path)
        for round in 0..<300 {
            close(try bound(address).0)
            let opened = Mutex<[Int32]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
                if let socket = try? ListeningSocket.open(address) { opened.withLock { $0.append(socket) } }
            }
            let sockets = opened.withLock { $0 }
            #expect(sockets.count == 1, "round \(round)")
            _ = try Client(address)
            for socket in sockets { close(socket) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["x.sock"])
    }

    /// Any user may lock a directory that he may read; that does not keep the daemon from its start.
    @Test func aLockOfAnotherProcessIsNotWaitedForForLong() throws {
        let directory = try TemporaryDirectory()
        let held = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(held) }
        #expect(flock(held, LOCK_EX) == 0)
        let start = ContinuousClock.now
        let (socket, _) = try bound(.unix(path: directory.path("x.sock")))
        defer { close(socket) }
        #expect((.seconds(2)..<(.seconds(20))).contains(ContinuousClock.now - start))
    }

    @Test func aLiveSocketWithAFullBacklogIsLive() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.sock")
        let (live, _) = try bound(.unix(path: path))
        defer { close(live) }
        listen(live, 0)
        // One fits.
        let waiting = try Client(.unix(path: path))
        #expect(error(.unix(path: path))?.errno == Errno(EADDRINUSE))
        waiting.close()
    }

    @Test func otherFilesAreLeftAlone() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("file")
        try Data("content".utf8).write(to: URL(fileURLWithPath: path))
        #expect(error(.unix(path: path))?.errno == Errno(EADDRINUSE))
        #expect(directory.text("file") == "content")
        let link = directory.path("link")
        symlink(path, link)
        #expect(error(.unix(path: link))?.errno == Errno(EADDRINUSE))
        #expect(directory.text("file") == "content")
    }

    @Test func failuresLeaveNoDescriptorOpen() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.sock")
        let (live, _) = try bound(.unix(path: path))
        defer { close(live) }
        let before = highest()
        for _ in 0..<600 { #expect(error(.unix(path: path)) != nil) }
        #expect(highest() < before + 500, "other tests open some as well")
    }

    /// The number of the lowest free descriptor.
    private func highest() -> Int32 {
        let descriptor = dup(0)
        close(descriptor)
        return descriptor
    }

    @Test func abstractSocketsHaveNoFile() throws {
        let name = "@sockserved-test-\(UUID().uuidString)"
        let (socket, bound) = try bound(.unix(path: name))
        #expect(bound == .unix(path: name))
        _ = try Client(bound)
        #expect(error(bound)?.errno == Errno(EADDRINUSE))
        close(socket)
        close(try ListeningSocket.open(bound))
        #expect(!FileManager.default.fileExists(atPath: name))
    }

    @Test func theLongestPaths() throws {
        let directory = try TemporaryDirectory()
        let room = ListenAddress.maximumPathLength - directory.path("x").utf8.count + 1
        let longest = directory.path(String(repeating: "x", count: room))
        let (socket, bound) = try bound(.unix(path: longest))
        defer { close(socket) }
        #expect(bound == .unix(path: longest))
        #expect(error(.unix(path: longest + "x"))?.errno == Errno(ENAMETOOLONG))
        #expect(error(.unix(path: "@" + String(repeating: "x", count: 107)))?.errno == Errno(ENAMETOOLONG))
    }

    @Test func onlyABoundSocketHasAnAddress() throws {
        #expect(ListenAddress(of: -1) == nil)
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        #expect(ListenAddress(of: file) == nil)
        let netlink = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0)
        defer { close(netlink) }
        #expect(ListenAddress(of: netlink) == nil)
        let unnamed = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(unnamed) }
        #expect(ListenAddress(of: unnamed) == .unixDatagram(path: ""))
    }
}

/// How many connections may wait at a TCP socket.
enum Backlog {
    /// By TCP_INFO: of a listening socket tcpi_sacked, at byte 28, is the backlog; see linux/tcp.h and ss(8).
    static func of(_ socket: Int32) throws -> UInt32 {
        var info = [UInt32](repeating: 0, count: 64)
        var length = socklen_t(256)
        try #require(getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0)
        return info[7]
    }

    static var most: UInt32 {
        let text = (try? String(contentsOfFile: "/proc/sys/net/core/somaxconn", encoding: .utf8)) ?? ""
        return min(UInt32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0, UInt32(ListeningSocket.backlog))
    }
}
