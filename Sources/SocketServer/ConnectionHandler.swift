import Glibc
import LogRecords
package import NIOCore
import Systemd

/// Carries events of a socket to its `ConnectionMachine`, and its actions back; records what happens.
package final class ConnectionHandler: ChannelInboundHandler, Recorder.Waiter {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private static let drainTime = TimeAmount.seconds(2)

    private let listener: StreamListener
    private let loop: LoopContext
    private var machine: ConnectionMachine
    private var context: ChannelHandlerContext?
    private var origin: Origin?
    private var lastActivity = NIODeadline.now()
    private let started = NIODeadline.now()
    private var positionBefore: UInt64 = 0
    private var bytesReceived = 0
    private var bytesSent = 0
    private var failure: Failure?

    /// The place in the loop's list of connections.
    var index = 0

    fileprivate enum Failure {
        case system(Int32)
        case other(String)
    }

    init(listener: StreamListener, loop: LoopContext) {
        self.listener = listener
        self.loop = loop
        self.machine = ConnectionMachine(speaking: listener.spoken)
    }

    private var recorder: Recorder { loop.recorder }

    // MARK: the socket's events

    package func channelActive(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        let origin = Origin(
            protocolName: listener.spoken.name,
            listener: listener.name,
            peer: listener.peer(of: context.channel),
            connection: loop.figures.opened()
        )
        self.origin = origin
        positionBefore = recorder.position
        recorder.record(.connectionEstablished, .informational, origin) { record in
            record.append("Connection established with ")
            record.append(origin.peerText)
        }
        perform(machine.proceed(isFull: recorder.isFull))
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        bytesReceived &+= bytes.readableBytes
        // What trickles in after the reply does not lengthen the time for it.
        if machine.phase != .peerEnds { lastActivity = .now() }
        perform(machine.received(bytes))
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            perform(machine.inputClosed())
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        machine.closed()
        recordEnd()
        loop.remove(self)
        loop.figures.closed()
        self.context = nil
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        listener.connectionClosed()
    }

    // MARK: commits, space, time

    package func committed(_ success: Bool) {
        perform(machine.committed(success))
    }

    package func hasSpace() {
        perform(machine.proceed(isFull: recorder.isFull))
    }

    func checkDeadline(_ now: NIODeadline) {
        switch machine.phase {
        case .peer:
            checkIdle(now, "nothing received for ")
        case .peerTakesReply:
            checkIdle(now, "the reply was not taken for ")
        case .peerEnds:
            if now - lastActivity >= Self.drainTime { context?.close(promise: nil) }
        case .ourselves:
            break
        }
    }

    /// Ends the connection now, as the daemon stops.
    func giveUp() {
        switch machine.phase {
        case .peer, .peerEnds:
            context?.close(promise: nil)
        case .peerTakesReply, .ourselves:
            reset("the daemon stops")
        }
    }

    private func checkIdle(_ now: NIODeadline, _ what: StaticString) {
        guard let timeout = listener.idleTimeout, now - lastActivity >= timeout else { return }
        recorder.record(.connectionTimedOut, .warning, origin) { record in
            record.append("Connection with ")
            record.append(origin?.peerText ?? "")
            record.append(" timed out: ")
            record.append(what)
            record.append(listener.idleTimeoutText)
        }
        context?.close(promise: nil)
    }

    // MARK: actions

    private func perform(_ first: ConnectionMachine.Action) {
        var action = first
        while true {
            switch action {
            case .none:
                return
            case .read:
                context?.read()
                return
            case .record(let bytes):
                recordData(.dataReceived, "Received data: ", bytes)
                action = machine.recorded(isFull: recorder.isFull)
            case .awaitSpace:
                recorder.awaitSpace(self)
                return
            case .awaitCommit:
                recorder.awaitCommit(self, since: positionBefore)
                positionBefore = recorder.position
                return
            case .send(let bytes):
                send(bytes)
                return
            case .finish:
                context?.close(mode: .output, promise: nil)
                action = .read
            case .close:
                context?.close(promise: nil)
                return
            case .reset:
                reset("its records could not be committed")
                return
            }
        }
    }

    private func send(_ bytes: ByteBuffer) {
        guard let context else { return }
        lastActivity = .now()
        context.writeAndFlush(Self.wrapOutboundOut(bytes)).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success:
                lastActivity = .now()
                bytesSent &+= bytes.readableBytes
                recordData(.dataSent, "Sent data: ", bytes)
                perform(machine.sent(isFull: recorder.isFull))
            case .failure(let error):
                fail(error)
            }
        }
    }

    /// Closes so that the peer sees a reset (SO_LINGER of zero; see socket(7)).
    private func reset(_ reason: String) {
        guard let context else { return }
        failure = failure ?? .other(reason)
        _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        context.close(promise: nil)
    }

    // MARK: records

    private func fail(_ error: any Error) {
        guard failure == nil else { return }
        switch error {
        case let error as IOError: failure = .system(error.errnoCode)
        // The channel was closed by us or by an error told before.
        case is ChannelError: break
        default: failure = .other("\(error)")
        }
    }

    private func recordData(_ event: Event, _ text: StaticString, _ bytes: ByteBuffer) {
        recorder.record(event, .debug, origin) { record in
            let data = bytes.readableBytesUInt8Span
            record.append(text)
            record.append(escaping: data)
            record.set(.data, to: data)
        }
    }

    private func recordEnd() {
        let lost = failure != nil
        recorder.record(lost ? .connectionLost : .connectionClosed, lost ? .warning : .informational, origin) {
            record in
            if let failure {
                record.append("Connection with ")
                record.append(origin?.peerText ?? "")
                record.append(" lost: ")
                record.append(failure)
            } else {
                record.append("Connection closed")
            }
            record.set(.bytesReceived, to: Int64(bytesReceived))
            record.set(.bytesSent, to: Int64(bytesSent))
            record.set(.duration, to: (NIODeadline.now() - started).nanoseconds / 1000)
        }
    }
}

extension LogRecord {
    fileprivate mutating func append(_ failure: ConnectionHandler.Failure) {
        switch failure {
        case .system(let number):
            append(Errno(number).description)
            set(.errno, to: Int64(number))
        case .other(let reason):
            append(reason)
        }
    }
}
