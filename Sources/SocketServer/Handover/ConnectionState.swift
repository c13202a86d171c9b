package import LogFormats
package import LogRecords

/// What the next process needs to go on with a stream connection, besides its descriptor.
///
/// All that was received before the framing's bytes is committed.
package struct ConnectionState: Equatable, Sendable {
    /// The kernel's number of the socket, by which state and descriptor find each other: SO_COOKIE in socket(7).
    package var cookie: UInt64
    /// The name of the listener that accepted it.
    package var listener: String
    /// The name of the protocol.
    package var protocolName: String
    /// The peer, as when it connected.
    package var peer: Peer
    /// The proxy that named the peer; nil where the peer is the other end of the connection.
    package var proxy: Peer?
    /// When it was accepted: nanoseconds of CLOCK_MONOTONIC, which goes on from process to process.
    package var started: Int64
    /// How many bytes have been received, those of the framing included.
    package var bytesReceived: Int
    /// Whether one of its messages could not be read: there is no orderly end any more.
    package var hasMalformed: Bool
    /// Whether the last byte received is still with the kernel; see `StreamSocket`.
    package var isWithholding: Bool
    /// Whether urgent data has come.
    package var hasUrgent: Bool
    /// The message that has begun.
    package var framing: FramingState
}

extension ConnectionState {
    /// The longest message that has begun: a pickle may have 64 MiB.
    private static let maxBytes = 65 << 20
    private static let maxText = 4096
    private static let maxNumbers = 16

    func encode(into writer: inout StateWriter) {
        writer.write(cookie)
        writer.write(Array(listener.utf8))
        writer.write(Array(protocolName.utf8))
        Self.encode(peer, into: &writer)
        Self.encode(proxy, into: &writer)
        writer.write(started)
        writer.write(Int64(bytesReceived))
        writer.write(UInt8((hasMalformed ? 1 : 0) | (isWithholding ? 2 : 0) | (hasUrgent ? 4 : 0)))
        writer.write(framing.bytes)
        writer.write(UInt8(clamping: framing.numbers.count))
        for number in framing.numbers { writer.write(Int64(number)) }
    }

    /// - Throws: where the bytes are not those of a state.
    init(from reader: inout StateReader) throws(StateError) {
        cookie = try reader.read()
        listener = try reader.readText(atMost: Self.maxText)
        protocolName = try reader.readText(atMost: Self.maxText)
        guard let peer = try Self.peer(from: &reader) else { throw .malformed }
        self.peer = peer
        proxy = try Self.peer(from: &reader)
        started = try reader.read()
        bytesReceived = Int(try reader.read() as Int64)
        let flags: UInt8 = try reader.read()
        guard flags < 8, bytesReceived >= 0 else { throw .malformed }
        hasMalformed = flags & 1 != 0
        isWithholding = flags & 2 != 0
        hasUrgent = flags & 4 != 0
        framing = FramingState(bytes: try reader.readBytes(atMost: Self.maxBytes))
        let count: UInt8 = try reader.read()
        guard count <= Self.maxNumbers else { throw .malformed }
        for _ in 0..<count { framing.numbers.append(Int(try reader.read() as Int64)) }
    }

    private static func encode(_ peer: Peer?, into writer: inout StateWriter) {
        switch peer {
        case .internet(let address, let port):
            writer.write(UInt8(0))
            writer.write(Array(address.utf8))
            writer.write(port)
        case .unix(let pid, let uid, let gid):
            writer.write(UInt8(1))
            writer.write(pid)
            writer.write(uid)
            writer.write(gid)
        case .unixPath(let path):
            writer.write(UInt8(2))
            writer.write(Array(path.utf8))
        case nil: writer.write(UInt8(3))
        }
    }

    private static func peer(from reader: inout StateReader) throws(StateError) -> Peer? {
        switch try reader.read() as UInt8 {
        case 0: .internet(address: try reader.readText(atMost: maxText), port: try reader.read())
        case 1: .unix(pid: try reader.read(), uid: try reader.read(), gid: try reader.read())
        case 2: .unixPath(try reader.readText(atMost: maxText))
        case 3: nil
        default: throw .malformed
        }
    }
}
