import CLinux
import Glibc

/// Bytes and open descriptors that one process gives another over a Unix socket; see SCM_RIGHTS in unix(7).
package struct DescriptorMessage: Equatable, Sendable {
    /// The most descriptors of one message: SCM_MAX_FD of the kernel.
    package static let maxDescriptors = 253

    /// The bytes; on a stream never none, since the kernel sends no descriptors without one there.
    package let bytes: [UInt8]
    /// The descriptors.
    ///
    /// Sent ones stay open here; received ones belong to the receiver, and are closed on exec.
    package let descriptors: [Int32]

    /// Makes a message.
    ///
    /// - Parameters:
    ///   - bytes: on a stream at least one.
    ///   - descriptors: at most `maxDescriptors`.
    package init(_ bytes: [UInt8], _ descriptors: [Int32]) {
        self.bytes = bytes
        self.descriptors = descriptors
    }

    /// Sends the message, whole or not at all.
    ///
    /// - Parameters:
    ///   - socket: a Unix socket.
    ///   - address: the destination; nil where the socket is connected.
    /// - Throws: the error of sendmsg(2), `EAGAIN` when a socket that does not wait has no room.
    package func send(over socket: Int32, to address: UnixSocketAddress? = nil) throws(Errno) {
        var control = Control(for: descriptors)
        var bytes = bytes
        let count = bytes.withUnsafeMutableBytes { bytes in
            control.words.withUnsafeMutableBytes { control in
                // The kernel takes an empty control message for a wrong one.
                Self.withHeader(of: bytes, descriptors.isEmpty ? nil : control) { message in
                    guard let address else { return retrying { sendmsg(socket, &message, Int32(MSG_NOSIGNAL)) } }
                    return address.withSockaddr { address, length in
                        // sendmsg(2) does not write to the address.
                        message.msg_name = UnsafeMutableRawPointer(mutating: address)
                        message.msg_namelen = length
                        return retrying { sendmsg(socket, &message, Int32(MSG_NOSIGNAL)) }
                    }
                }
            }
        }
        guard count >= 0 else { throw Errno.last }
    }

    /// Receives the next message, and does not wait for one.
    ///
    /// Descriptors for which this process has no room are closed by the kernel, and missing here.
    ///
    /// - Parameters:
    ///   - socket: where messages come; on a stream each has as many bytes as `limit`.
    ///   - limit: the most bytes that a message has.
    /// - Returns: nil when there is none, or no more.
    /// - Throws: the error of recvmsg(2).
    package static func receive(from socket: Int32, limit: Int = 1) throws(Errno) -> DescriptorMessage? {
        var control = Control(for: [Int32](repeating: -1, count: maxDescriptors))
        var bytes = [UInt8](repeating: 0, count: limit)
        var descriptors: [Int32] = []
        let count = bytes.withUnsafeMutableBytes { bytes in
            control.words.withUnsafeMutableBytes { control in
                Self.withHeader(of: bytes, control) { message in
                    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_CMSG_CLOEXEC)
                    let count = retrying { recvmsg(socket, &message, flags) }
                    if count >= 0 { descriptors = Control.descriptors(of: &message) }
                    return count
                }
            }
        }
        guard count >= 0 else {
            let error = Errno.last
            guard error.number != EAGAIN else { return nil }
            throw error
        }
        guard count > 0 else { return nil }
        return DescriptorMessage(Array(bytes.prefix(count)), descriptors)
    }

    /// Calls with the header of a message; it is valid during the call only.
    private static func withHeader(
        of bytes: UnsafeMutableRawBufferPointer,
        _ control: UnsafeMutableRawBufferPointer?,
        _ body: (inout msghdr) -> Int
    ) -> Int {
        var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &vector) { vector in
            var message = msghdr()
            message.msg_iov = vector
            message.msg_iovlen = 1
            message.msg_control = control?.baseAddress
            message.msg_controllen = control?.count ?? 0
            return body(&message)
        }
    }

    /// A control message with descriptors, as cmsg(3) lays it out.
    private struct Control {
        /// Aligned as its header has to be.
        var words: [UInt64]

        init(for descriptors: [Int32]) {
            let headerSize = MemoryLayout<cmsghdr>.size
            let size = headerSize + descriptors.count * MemoryLayout<Int32>.size
            words = [UInt64](repeating: 0, count: (size + 7) / 8)
            // The array has room for the header and all numbers after it.
            words.withUnsafeMutableBytes { bytes in
                var header = cmsghdr()
                header.cmsg_len = size
                header.cmsg_level = SOL_SOCKET
                header.cmsg_type = CLINUX_SCM_RIGHTS
                bytes.storeBytes(of: header, as: cmsghdr.self)
                for (index, descriptor) in descriptors.enumerated() {
                    bytes.storeBytes(of: descriptor, toByteOffset: headerSize + index * 4, as: Int32.self)
                }
            }
        }

        /// The descriptors of a message that the kernel has written.
        static func descriptors(of message: inout msghdr) -> [Int32] {
            var found: [Int32] = []
            var next = clinux_cmsg_first(&message)
            while let header = next {
                next = clinux_cmsg_next(&message, header)
                let length = Int(header.pointee.cmsg_len) - MemoryLayout<cmsghdr>.size
                let isRights =
                    header.pointee.cmsg_level == SOL_SOCKET && header.pointee.cmsg_type == CLINUX_SCM_RIGHTS
                guard isRights, length > 0, let data = clinux_cmsg_data(header) else { continue }
                // The kernel's own header says how many bytes follow it.
                let bytes = UnsafeRawBufferPointer(start: data, count: length)
                for offset in stride(from: 0, to: length - 3, by: 4) {
                    found.append(bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
                }
            }
            return found
        }
    }
}
