import BenchSupport
import Glibc

/// The daemon's memory without connections, and with many idle ones.
enum IdleConnections {
    static func report(_ daemon: Peer, connections: Int) throws(BenchError) {
        let before = try daemon.process.residentKibibytes()
        let descriptorsBefore = daemon.process.openDescriptors()
        var sockets: [Int32] = []
        defer {
            for socket in sockets { close(socket) }
        }
        let address = Sockets.loopback(port: daemon.port)
        for _ in 0..<connections {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw BenchError("socket", code: errno) }
            sockets.append(descriptor)
            guard Sockets.connect(descriptor, to: address) == 0 else {
                throw BenchError("connect number \(sockets.count)", code: errno)
            }
        }
        // connect(2) is done when the kernel has taken the connection; wait until the daemon has too.
        let deadline = Clock.monotonic() + 5_000_000_000
        while daemon.process.openDescriptors() < descriptorsBefore + connections {
            guard Clock.monotonic() < deadline else {
                let count = daemon.process.openDescriptors() - descriptorsBefore
                throw BenchError("\(daemon.name) accepted \(count) of \(connections) idle connections in 5 s")
            }
            Clock.sleep(milliseconds: 20)
        }
        Clock.sleep(milliseconds: 1500)
        let cpu = try daemon.process.cpuNanoseconds()
        let seconds = 10
        Clock.sleep(milliseconds: 1000 * seconds)
        let idleMicroseconds = (Int(try daemon.process.cpuNanoseconds()) - Int(cpu)) / 1000 / seconds
        _ = try LoadGenerator.run(port: daemon.port, connections: 100, inFlight: 1)
        let after = try daemon.process.residentKibibytes()
        let each = (after - before) * 1024 / connections
        print("\nMemory of \(daemon.name)")
        print("idle: \(before) KiB; with \(connections) idle connections: \(after) KiB, \(each) bytes for each;")
        print("CPU while they are idle: \(idleMicroseconds) us a second; 100 hellos answered beside them")
    }
}
