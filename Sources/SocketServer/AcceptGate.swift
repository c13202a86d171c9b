import LogRecords
import NIOCore
import Systemd

/// Decides when a stream listener accepts: not above its limit of connections, not while the pipeline is full, and
/// not at once again after a failure such as too many open files.
final class AcceptGate: ChannelDuplexHandler, Recorder.Waiter {
    typealias InboundIn = Channel
    typealias InboundOut = Channel
    typealias OutboundIn = Never

    private static let acceptsPerRead = 16
    private static let pauseAfterFailure = TimeAmount.milliseconds(200)
    private static let failureRecordInterval = TimeAmount.seconds(10)

    private let listener: StreamListener
    private let loop: LoopContext
    private let loopOf: @Sendable (any EventLoop) -> LoopContext
    private let origin: Origin
    private var context: ChannelHandlerContext?
    private var readIsHeld = false
    private var isPaused = false
    /// The channel does not wait for the socket.
    private var isOff = false
    private var lastFailureRecord: NIODeadline?
    private var failures = 0

    /// - Parameter loopOf: what the connections of an event loop share; called on that loop.
    init(listener: StreamListener, loop: LoopContext, loopOf: @escaping @Sendable (any EventLoop) -> LoopContext) {
        self.listener = listener
        self.loop = loop
        self.loopOf = loopOf
        self.origin = Origin(protocolName: listener.spoken.name, listener: listener.name, peer: nil, connection: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        listener.connectionAccepted()
        let channel = Self.unwrapInboundIn(data)
        if channel.eventLoop === loop.loop {
            Self.setUp(channel, listener, loop)
            passOn(data)
        } else {
            let (listener, loopOf) = (listener, loopOf)
            let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
            channel.eventLoop.submit {
                Self.setUp(channel, listener, loopOf(channel.eventLoop))
            }.hop(to: context.eventLoop).whenComplete { _ in
                gate.value.passOn(AcceptGate.wrapInboundOut(channel))
            }
        }
    }

    /// Makes an accepted channel a connection; on the channel's loop, before it is registered there.
    private static func setUp(_ channel: any Channel, _ listener: StreamListener, _ loop: LoopContext) {
        do {
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
            try channel.pipeline.syncOperations.addHandler(ConnectionHandler(listener: listener, loop: loop))
        } catch {
            // Closed already: nothing was added, and nobody else gives its place back.
            listener.connectionClosed()
            channel.close(promise: nil)
        }
    }

    /// Lets the server channel register the accepted one, beyond the bootstrap's own handler.
    ///
    /// That handler applies options and runs the initializer through futures, which costs a third of all that
    /// user code does for a short connection. What it has to do is done here.
    private func passOn(_ channel: NIOAny) {
        guard let context else { return Self.unwrapInboundIn(channel).close(promise: nil) }
        let handler = try? context.pipeline.syncOperations.context(name: "AcceptHandler")
        (handler ?? context).fireChannelRead(channel)
    }

    func read(context: ChannelHandlerContext) {
        let room = listener.room
        if isPaused {
            readIsHeld = true
        } else if room == 0 {
            readIsHeld = true
            waitForRoom(context)
        } else if loop.recorder.isFull {
            readIsHeld = true
            loop.recorder.awaitSpace(self)
        } else {
            readIsHeld = false
            let accepts = min(UInt(room), UInt(Self.acceptsPerRead))
            try? context.channel.syncOptions?.setOption(.maxMessagesPerRead, value: accepts)
            if isOff {
                isOff = false
                // Reads, too.
                try? context.channel.syncOptions?.setOption(.autoRead, value: true)
            } else {
                context.read()
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        recordFailure(error)
        // A failed accept leaves the channel waiting for the socket, which stays readable: it would try for ever.
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        isOff = true
        readIsHeld = true
        guard !isPaused else { return }
        isPaused = true
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pauseAfterFailure) { [self] in
            isPaused = false
            retry()
        }
    }

    func committed(_ success: Bool) {}

    func hasSpace() {
        retry()
    }

    private func retry() {
        guard readIsHeld, let context else { return }
        read(context: context)
    }

    private func waitForRoom(_ context: ChannelHandlerContext) {
        let loop = context.eventLoop
        let gate = NIOLoopBound(self, eventLoop: loop)
        listener.whenClosed { loop.execute { gate.value.retry() } }
        // One may have closed before we began to wait.
        if listener.room > 0 { loop.execute { gate.value.retry() } }
    }

    /// At most one record in ten seconds; the failures in between are counted.
    private func recordFailure(_ error: any Error) {
        failures += 1
        let now = NIODeadline.now()
        if let last = lastFailureRecord, now - last < Self.failureRecordInterval { return }
        lastFailureRecord = now
        loop.recorder.record(.acceptFailed, .warning, origin) { record in
            record.append("Cannot accept connections at \(listener.name): ")
            if let error = error as? IOError {
                record.append(Errno(error.errnoCode).description)
                record.set(.errno, to: Int64(error.errnoCode))
            } else {
                record.append("\(error)")
            }
            record.append(failures > 1 ? "; \(failures) times; they wait" : "; they wait")
        }
        failures = 0
    }
}
