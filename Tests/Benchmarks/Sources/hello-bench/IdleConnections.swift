import BenchSupport

/// The daemon's memory without connections, and with many idle ones.
enum IdleConnections {
    static func report(_ daemon: Peer, connections: Int) throws(BenchError) {
        let before = try daemon.process.residentKibibytes()
        let sockets = try Sockets.openIdle(connections, to: daemon.port, of: daemon.process)
        defer { Sockets.close(sockets) }
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
