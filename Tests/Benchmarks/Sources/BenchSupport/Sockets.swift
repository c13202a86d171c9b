package import Glibc

/// The few socket calls whose C types are clumsy from Swift.
package enum Sockets {
    package static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// As connect(2): 0, or -1 with errno.
    package static func connect(_ descriptor: Int32, to address: sockaddr_in) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Connects over TCP, and closes the connection.
    package static func tryStream(to port: UInt16) throws(BenchError) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket", code: errno) }
        defer { Glibc.close(descriptor) }
        guard connect(descriptor, to: loopback(port: port)) == 0 else { throw BenchError("connect", code: errno) }
    }

    /// A port that is free at this moment.
    package static func freePort() throws(BenchError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket", code: errno) }
        defer { Glibc.close(descriptor) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw BenchError("bind to a free port", code: errno) }
        return UInt16(bigEndian: address.sin_port)
    }

    /// As many descriptors as the system allows, for this process and the servers it starts.
    package static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Opens connections that send nothing, and waits until the server has accepted all, 5 seconds at most.
    package static func openIdle(
        _ count: Int,
        to port: UInt16,
        of server: ServerProcess
    ) throws(BenchError) -> [Int32] {
        let descriptorsBefore = server.openDescriptors()
        let address = loopback(port: port)
        var sockets: [Int32] = []
        for _ in 0..<count {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw BenchError("socket", code: errno) }
            sockets.append(descriptor)
            guard connect(descriptor, to: address) == 0 else {
                throw BenchError("connect number \(sockets.count)", code: errno)
            }
        }
        // connect(2) is done when the kernel has taken the connection.
        let deadline = Clock.monotonic() + 5_000_000_000
        while server.openDescriptors() < descriptorsBefore + count {
            guard Clock.monotonic() < deadline else {
                let accepted = server.openDescriptors() - descriptorsBefore
                throw BenchError("\(accepted) of \(count) idle connections were accepted in 5 s")
            }
            Clock.sleep(milliseconds: 20)
        }
        return sockets
    }

    package static func close(_ sockets: [Int32]) {
        for socket in sockets { Glibc.close(socket) }
    }
}
