import CLinux
import Foundation
import TestSupport

extension UnixReceiver {
    /// The descriptor that the next datagram is, without any data; nil when it is something else.
    func receiveFile() -> Int32? {
        var byte: UInt8 = 0
        var control = [UInt64](repeating: 0, count: 8)
        // The pointers do not leave the calls.
        return withUnsafeMutableBytes(of: &byte) { data in
            var vector = iovec(iov_base: data.baseAddress, iov_len: data.count)
            return withUnsafeMutablePointer(to: &vector) { vector in
                control.withUnsafeMutableBytes { control in
                    var message = msghdr()
                    message.msg_iov = vector
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    guard recvmsg(descriptor, &message, 0) == 0, let header = clinux_cmsg_first(&message) else {
                        return nil
                    }
                    return clinux_cmsg_data(header).loadUnaligned(as: Int32.self)
                }
            }
        }
    }
}
