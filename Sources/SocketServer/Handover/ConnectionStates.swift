/// The states of all connections that one process hands over to the next, and the drops that it has counted, as bytes.
///
/// All numbers are little-endian: `sockserv`, the version (32 bits), the size of the whole (64 bits), how many states there
/// are (32 bits), the states, how many datagram sockets there are (32 bits), and of each its cookie (64 bits) and the
/// kernel's count of drops (32 bits).
package enum ConnectionStates {
    /// The version of the format: one more for each change of it, or of what a framing's state means.
    package static let version: UInt32 = 3
    private static let magic = Array("sockserv".utf8)

    /// The states as bytes, with the drops by the cookie of the socket.
    package static func encode(_ states: [ConnectionState], drops: [UInt64: UInt32] = [:]) -> [UInt8] {
        var writer = StateWriter()
        writer.bytes = magic
        writer.write(version)
        let sizePlace = writer.bytes.count
        writer.write(UInt64(0))
        writer.write(UInt32(clamping: states.count))
        for state in states { state.encode(into: &writer) }
        writer.write(UInt32(clamping: drops.count))
        for (cookie, count) in drops.sorted(by: { $0.key < $1.key }) {
            writer.write(cookie)
            writer.write(count)
        }
        var size = StateWriter()
        size.write(UInt64(writer.bytes.count))
        writer.bytes.replaceSubrange(sizePlace..<sizePlace + 8, with: size.bytes)
        return writer.bytes
    }

    /// The states that the bytes stand for, and the drops.
    ///
    /// - Throws: where the bytes are of another version, or not complete, or not of this format.
    package static func decode(
        _ bytes: [UInt8]
    ) throws(StateError) -> (states: [ConnectionState], drops: [UInt64: UInt32]) {
        var reader = StateReader(bytes)
        for byte in magic { guard try reader.read() as UInt8 == byte else { throw .malformed } }
        let version: UInt32 = try reader.read()
        guard version == Self.version else { throw .version(version) }
        guard try reader.read() as UInt64 == UInt64(bytes.count) else { throw .malformed }
        let count: UInt32 = try reader.read()
        var states: [ConnectionState] = []
        for _ in 0..<count { states.append(try ConnectionState(from: &reader)) }
        let socketCount: UInt32 = try reader.read()
        var drops: [UInt64: UInt32] = [:]
        for _ in 0..<socketCount { drops[try reader.read()] = try reader.read() as UInt32 }
        guard reader.isAtEnd else { throw .malformed }
        return (states, drops)
    }
}

/// Why the state of connections cannot be used.
package enum StateError: Error, Equatable, CustomStringConvertible {
    /// It is of another version of the format.
    case version(UInt32)
    /// It is not complete, or something else.
    case malformed

    package var description: String {
        switch self {
        case .version(let version): "their state is of version \(version), and not of \(ConnectionStates.version)"
        case .malformed: "their state is not complete"
        }
    }
}
