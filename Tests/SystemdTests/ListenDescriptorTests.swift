import Foundation
import TestSupport
import Testing

@testable import Systemd

@Suite struct ListenDescriptorTests {
    private func kind(family: Int32, type: __socket_type, listening: Bool = false) -> ListenDescriptor.Kind {
        let descriptor = socket(family, Int32(type.rawValue), 0)
        defer { close(descriptor) }
        if listening {
            // Unbound TCP sockets get a port of the kernel's choice.
            listen(descriptor, 1)
        }
        return ListenDescriptor(descriptor: descriptor, name: "x").kind
    }

    @Test(arguments: [AF_INET, AF_INET6])
    func internetSockets(_ family: Int32) {
        #expect(kind(family: family, type: SOCK_STREAM, listening: true) == .tcp)
        #expect(kind(family: family, type: SOCK_DGRAM) == .udp)
    }

    @Test func unixSockets() throws {
        let directory = try TemporaryDirectory()
        let stream = try UnixReceiver(.stream, at: directory.path("stream"))
        #expect(ListenDescriptor(descriptor: stream.descriptor, name: "x").kind == .unixStream)
        #expect(kind(family: AF_UNIX, type: SOCK_DGRAM) == .unixDatagram)
    }

    @Test(arguments: [AF_INET, AF_INET6, AF_UNIX])
    func aStreamSocketThatDoesNotListenSaysSo(_ family: Int32) {
        let expected = "a stream socket that does not listen; its socket unit must say Accept=no"
        #expect(kind(family: family, type: SOCK_STREAM) == .unsupported(expected))
    }

    @Test func aDescriptorThatIsNotAUsableSocketIsNamed() throws {
        #expect(
            kind(family: AF_UNIX, type: SOCK_SEQPACKET)
                == .unsupported("a Unix socket that is neither a stream nor a datagram socket")
        )
        #expect(
            kind(family: AF_NETLINK, type: SOCK_RAW) == .unsupported("a socket of family 16, type 3, protocol 0")
        )
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let null = open("/dev/null", O_RDONLY)
        let directory = open("/", O_RDONLY)
        defer {
            for descriptor in [ends[0], ends[1], null, directory] {
                close(descriptor)
            }
        }
        #expect(ListenDescriptor(descriptor: ends[0], name: "x").kind == .unsupported("a FIFO, not a socket"))
        #expect(ListenDescriptor(descriptor: null, name: "x").kind == .unsupported("a character device, not a socket"))
        #expect(ListenDescriptor(descriptor: directory, name: "x").kind == .unsupported("a directory, not a socket"))
        #expect(
            ListenDescriptor(descriptor: -1, name: "x").kind == .unsupported("not an open file (Bad file descriptor)")
        )
    }
}
