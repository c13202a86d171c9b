import CSystemd
import Glibc
import LogRecords
import NIOCore
import Systemd

/// One datagram socket: records what arrives and what is sent back. Used on the datagram thread only.
final class DatagramListener: Recorder.Waiter {
    private struct Reply {
        let bytes: ByteBuffer
        let address: [UInt8]
        let origin: Origin
    }

    private static let dropRecordInterval = TimeAmount.seconds(1)
    private static let receiveBuffer: Int32 = 4 * 1024 * 1024
    /// Replies that wait for commits; above it nothing is received.
    private static let replyLimit = 1024

    let socket: Int32
    private let name: String
    private let spoken: any SocketProtocol
    private let recorder: Recorder
    private let figures: ServerFigures
    private let listenerOrigin: Origin
    private var lastAddress: [UInt8] = []
    private var lastProcess: Peer?
    private var lastOrigin: Origin?
    /// In the order of the waits that `recorder` holds for them.
    private var replies = CircularBuffer<Reply>()
    private var dropsSeen: UInt32 = 0
    private var dropsToTell: UInt32 = 0
    private var lastDropRecord: NIODeadline?

    init(name: String, spoken: any SocketProtocol, socket: Int32, recorder: Recorder, figures: ServerFigures) {
        self.socket = socket
        self.name = name
        self.spoken = spoken
        self.recorder = recorder
        self.figures = figures
        self.listenerOrigin = Origin(protocolName: spoken.name, listener: name, peer: nil, connection: nil)
        // A socket unit may ask for time stamps; they would take the only place of the drop count.
        set(SO_TIMESTAMP, 0)
        set(SO_RXQ_OVFL, 1)
        set(SO_PASSCRED, 1)
        // Beyond net.core.rmem_max only the privileged may go; systemd's ReceiveBuffer= is the better way.
        if !set(SO_RCVBUFFORCE, Self.receiveBuffer) { set(SO_RCVBUF, Self.receiveBuffer) }
    }

    var hasRoom: Bool { replies.count < Self.replyLimit && !recorder.isFull }
    var isWaiting: Bool { !replies.isEmpty }
    var hasDropsToTell: Bool { dropsToTell > 0 }

    /// Receives what is there, once.
    ///
    /// - Returns: whether there may be more.
    func receive(with receiver: DatagramReceiver) -> Bool {
        do {
            let count = try receiver.receive(from: socket, handle)
            return count == DatagramReceiver.slots
        } catch {
            recorder.record(.acceptFailed, .warning, listenerOrigin) { record in
                record.append("Cannot receive at \(name): \(error)")
                record.set(.errno, to: Int64(error.number))
            }
            return false
        }
    }

    private func handle(_ datagram: Datagram) {
        countDrops(datagram)
        figures.datagramReceived()
        let origin = origin(of: datagram)
        let before = recorder.position
        let bytes = ByteBuffer(bytes: datagram.bytes)
        recordData(.dataReceived, "Received data from ", bytes, origin, cutFrom: datagram.length)
        guard !datagram.address.isEmpty, let reply = spoken.reply(to: bytes) else { return }
        replies.append(Reply(bytes: reply, address: Array(datagram.address), origin: origin))
        recorder.awaitCommit(self, since: before)
    }

    // MARK: replies

    func committed(_ success: Bool) {
        guard let reply = replies.popFirst(), success else { return }
        let sent = reply.bytes.withUnsafeReadableBytes { bytes in
            reply.address.withUnsafeBytes { address in
                // The kernel wrote these bytes as a socket address; it may read them as one.
                sendto(
                    socket,
                    bytes.baseAddress,
                    bytes.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
                    address.assumingMemoryBound(to: sockaddr.self).baseAddress,
                    socklen_t(address.count)
                )
            }
        }
        guard sent >= 0 else {
            let error = Errno.last
            recorder.record(.connectionLost, .warning, reply.origin) { record in
                record.append("Cannot reply to \(reply.origin.peerText): \(error)")
                record.set(.errno, to: Int64(error.number))
            }
            return
        }
        recordData(.dataSent, "Sent data to ", reply.bytes, reply.origin, cutFrom: reply.bytes.readableBytes)
    }

    func hasSpace() {}

    // MARK: records

    private func recordData(
        _ event: Event,
        _ text: StaticString,
        _ bytes: ByteBuffer,
        _ origin: Origin,
        cutFrom length: Int
    ) {
        recorder.record(event, .debug, origin) { record in
            let data = bytes.readableBytesUInt8Span
            record.append(text)
            record.append(origin.peerText)
            record.append(": ")
            record.append(escaping: data)
            if length > data.count { record.append(" [cut, \(length) bytes were sent]") }
            record.set(.data, to: data)
        }
    }

    /// The sender; the same object as long as the same one goes on sending.
    private func origin(of datagram: Datagram) -> Origin {
        if let lastOrigin, datagram.address.elementsEqual(lastAddress), lastProcess == datagram.process {
            return lastOrigin
        }
        let origin = Origin(protocolName: spoken.name, listener: name, peer: peer(of: datagram), connection: nil)
        lastAddress = Array(datagram.address)
        lastProcess = datagram.process
        lastOrigin = origin
        return origin
    }

    private func peer(of datagram: Datagram) -> Peer? {
        let address = datagram.address
        // Each family's own type is read only from as many bytes as it has.
        if address.count >= MemoryLayout<sockaddr_in>.size, address.family == AF_INET {
            return Peer(address.loadUnaligned(as: sockaddr_in.self))
        }
        if address.count >= MemoryLayout<sockaddr_in6>.size, address.family == AF_INET6 {
            return Peer(address.loadUnaligned(as: sockaddr_in6.self))
        }
        return datagram.process ?? .unixPath("")
    }

    /// At most one record a second; what the kernel dropped in between is added up.
    private func countDrops(_ datagram: Datagram) {
        guard let total = datagram.dropped, total != dropsSeen else { return }
        let new = total &- dropsSeen
        dropsSeen = total
        dropsToTell &+= new
        figures.dropped(UInt64(new))
        tellDrops()
    }

    /// Records drops that are not told yet, when the last record is old enough, or there will be no other.
    func tellDrops(isLast: Bool = false) {
        guard dropsToTell > 0 else { return }
        let now = NIODeadline.now()
        if !isLast, let last = lastDropRecord, now - last < Self.dropRecordInterval { return }
        lastDropRecord = now
        recorder.record(.datagramsDropped, .warning, listenerOrigin) { record in
            record.append("\(dropsToTell) datagrams dropped by the kernel at \(name): its receive buffer was full")
            record.set(.dropped, to: Int64(dropsToTell))
        }
        dropsToTell = 0
    }

    @discardableResult
    private func set(_ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(socket, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var family: Int32 {
        count >= MemoryLayout<sa_family_t>.size ? Int32(loadUnaligned(as: sa_family_t.self)) : AF_UNSPEC
    }
}
