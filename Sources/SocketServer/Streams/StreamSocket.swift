import CLinux
import Glibc
import Linux
import LogRecords
import TLS

/// The socket of one connection: receives, sends, and ends the stream so that the peer can tell whether all that it sent
/// is recorded.
///
/// A connection uses its socket by these operations only, with TLS (`StreamSocket+TLS`) or without it.
struct StreamSocket: ~Copyable {
    enum Received {
        /// New bytes, in the buffer.
        case bytes(UnsafeBufferPointer<UInt8>)
        /// All was received that is there for now.
        case nothing
        /// Bytes of TLS came, and none for the connection.
        case incomplete
        /// The peer ended its side of the stream.
        case end
        /// The stream of TLS is at its end, and not by the peer's wish.
        case broken(TLSFailure)
        case failed(Errno)
    }

    enum Sent: Equatable {
        case all
        /// The rest is to be sent by `sendRest` when the socket is ready for it.
        case some
        /// The socket took nothing; as with `some`.
        case nothing
        case failed(Errno)
    }

    /// The events that epoll reports: each change once, so that nothing need be reported again after a time without interest.
    static let interest: Readiness = [.read, .write, .urgent, .readEnd, .edge]

    /// For the poller.
    let descriptor: Int32
    private let isInternet: Bool
    /// Whether an orderly end means to the peer that all is recorded.
    private let endConfirms: Bool
    /// Nil: what comes is plain.
    private let tls: TLSStream?

    /// Whether a receive would bring bytes, as far as is known: noted once, and cleared when all was received.
    var hasInput = false
    /// Whether only an empty receive shows that all was received.
    ///
    /// Others stop early at urgent data (tcp(7)) and at open files that were sent along (unix(7)), and the end of the
    /// stream is reported once, too.
    private(set) var mayStopEarly: Bool
    private var hasPeerEnded = false
    /// Whether a receive has shown the end of the stream.
    var hasReceivedEnd = false
    /// Whether urgent data has come.
    private(set) var hasUrgent = false
    /// Of Unix sockets whose orderly end confirms.
    private var withheld = WithheldByte()

    private var output = SendBuffer()

    /// Of the plaintext, with TLS.
    var bytesReceived = 0

    /// Makes the socket of one connection.
    ///
    /// - Parameters:
    ///   - descriptor: connected and non-blocking; `close` closes it.
    ///   - peer: the other end.
    ///   - endConfirms: whether an orderly end means to the peer that all is recorded. Then every other end is a reset for
    ///     it, even when this process is killed, until `confirm`.
    ///   - tls: the session of the stream, with its handshake complete; nil where it is plain.
    init(_ descriptor: Int32, to peer: Peer, endConfirms: Bool, tls: TLSStream? = nil) {
        self.descriptor = descriptor
        self.tls = tls
        self.endConfirms = endConfirms
        if case .internet = peer { isInternet = true } else { isInternet = false }
        mayStopEarly = !isInternet
    }

    /// Sets the options; to be called once.
    func prepare() {
        guard isInternet else {
            // Inherited from the listening socket. SO_PEERCRED does without, and with it a receive would stop between
            // the bytes of two processes.
            SocketOption.set(descriptor, SOL_SOCKET, SO_PASSCRED, 0)
            if endConfirms { withheld.prepare(descriptor) }
            return
        }
        guard endConfirms else { return }
        // Senders of messages may well be silent for hours: the kernel finds out whether one has vanished.
        KeepAlive.set(descriptor)
        SocketOption.setReset(descriptor)
    }

    /// Goes on with a socket that an earlier process has prepared.
    mutating func resume(from state: ConnectionState) {
        bytesReceived = state.bytesReceived
        withheld.isWithheld = state.isWithholding
        hasUrgent = state.hasUrgent
        if hasUrgent { mayStopEarly = true }
    }

    /// Takes note of what epoll reports, which it does once for each change.
    mutating func note(_ readiness: Readiness) {
        let special = readiness.intersection([.urgent, .readEnd, .hangup])
        if !special.isEmpty { mayStopEarly = true }
        if !readiness.isDisjoint(with: [.readEnd, .hangup]) { hasPeerEnded = true }
        if readiness.contains(.urgent) { hasUrgent = true }
        if readiness.contains(.read) || !special.isEmpty { hasInput = true }
        if let tls, readiness.contains(.write) { sendOutput(of: tls) }
    }

    // MARK: data

    /// Whether the stream has TLS.
    var isEncrypted: Bool { tls != nil }

    /// Whether a receive would bring something, as far as is known.
    var canReceive: Bool { hasInput || tls?.hasPending == true }

    /// Receives as much as there is, up to a limit that is at most the buffer's size.
    mutating func receive(into buffer: UnsafeMutableRawBufferPointer, limit: Int) -> Received {
        if let tls { return receive(tls, into: buffer, limit: limit) }
        return receivePlain(into: buffer, limit: limit)
    }

    /// Receives bytes as they are on the wire.
    mutating func receivePlain(into buffer: UnsafeMutableRawBufferPointer, limit: Int) -> Received {
        var start = 0
        let count =
            withholds
            ? withheld.receive(from: descriptor, into: buffer, limit, &start, hasPeerEnded: hasPeerEnded)
            : recv(descriptor, buffer.baseAddress, limit, 0)
        guard count > 0 else {
            hasInput = false
            if count == 0 {
                hasReceivedEnd = true
                return .end
            }
            let error = Errno.last
            return error.number == EAGAIN ? .nothing : .failed(error)
        }
        bytesReceived &+= count
        // A receive that was not filled took everything (epoll(7)); what comes later is reported anew.
        hasInput = count == limit || mayStopEarly
        return .bytes(UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]).bindMemory(to: UInt8.self))
    }

    /// Sends as much as the socket takes.
    ///
    /// - Parameters:
    ///   - bytes: what to send.
    ///   - isLast: whether the end of the stream follows.
    /// - Returns: how much was sent.
    mutating func send(_ bytes: [UInt8], isLast: Bool) -> Sent {
        if let tls { return send(bytes, by: tls) }
        return sendPlain(bytes, isLast: isLast)
    }

    /// Sends bytes as they are on the wire, after those of an earlier call that were not taken yet.
    mutating func sendPlain(_ bytes: [UInt8], isLast: Bool) -> Sent {
        output.add(bytes, isLast: isLast)
        return sendRest()
    }

    /// Sends as much of what is left as the socket takes.
    mutating func sendRest() -> Sent { output.send(over: descriptor) }

    /// How many bytes wait for the socket to take them.
    var unsentCount: Int { output.unsentCount }

    /// The bytes of the last `send`, which are kept until then.
    mutating func takeOutput() -> [UInt8] {
        let sent = output.take()
        return tls?.takeReply() ?? sent
    }

    /// How many bytes were sent; with TLS, of the plaintext.
    var bytesSent: Int { tls?.bytesSent ?? output.sentCount }

    // MARK: the end

    /// Ends our side of the stream.
    mutating func endOutput() {
        if let tls { sendCloseNotify(by: tls) }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the end by `close` an orderly one: all that the peer sent is recorded.
    mutating func confirm() {
        if let tls { sendCloseNotify(by: tls) }
        guard endConfirms else { return }
        if isInternet { SocketOption.setReset(descriptor, false) }
        withheld.take(from: descriptor)
    }

    /// How many bytes have come and were not received.
    var unreadCount: Int { hasReceivedEnd ? 0 : max(0, Self.bytesInQueue(of: descriptor) - (isWithholding ? 1 : 0)) }

    /// How many bytes the kernel holds; see SIOCINQ in tcp(7) and unix(7).
    static func bytesInQueue(of descriptor: Int32) -> Int {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Makes the end by `close` a reset for the peer.
    func reset() {
        SocketOption.setReset(descriptor)
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// Makes the end that a connection gets, and closes the descriptor.
    mutating func close(_ action: ConnectionEnd.SocketAction) {
        switch action {
        case .confirm: confirm()
        case .reset: reset()
        case .none: break
        }
        close()
    }

    private var withholds: Bool { endConfirms && !isInternet }

    /// Whether the last byte received is still with the kernel.
    var isWithholding: Bool { withheld.isWithheld }
}
