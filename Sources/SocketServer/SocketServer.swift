import CSystemd
import Glibc
package import LogBackends
package import LogRecords
import NIOCore
import NIOPosix
package import Systemd

/// All listeners, and the event loops that their connections live on.
///
/// Its methods are called on the daemon's main thread; what they change on event loops they change there.
package final class SocketServer {
    package let figures = ServerFigures()

    private let group: MultiThreadedEventLoopGroup
    private let loops: [NIOLoopBound<LoopContext>]
    private var channels: [any Channel] = []
    private var datagrams: DatagramThread?

    /// Starts the event loops.
    package init(pipeline: LogPipeline, threads: Int, threshold: Severity) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let figures = figures
        loops = try group.makeIterator().map { loop in
            try loop.submit {
                let context = LoopContext(loop: loop, pipeline: pipeline, figures: figures, threshold: threshold)
                return NIOLoopBound(context, eventLoop: loop)
            }.wait()
        }
    }

    /// Takes a listening stream socket over and accepts its connections.
    ///
    /// - Parameter socket: bound and listening; closed with the listener.
    package func accept(_ listener: StreamListener, on socket: Int32) throws {
        let loops = loops
        let bootstrap = ServerBootstrap(group: group).serverChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let loop = Self.context(of: channel.eventLoop, in: loops)
                let gate = AcceptGate(listener: listener, loop: loop) { Self.context(of: $0, in: loops) }
                try channel.pipeline.syncOperations.addHandler(gate)
            }
        }
        if listener.spoken.repliesOnce { cork(socket) }
        let channel = try bootstrap.withBoundSocket(socket).wait()
        channels.append(channel)
        // Adopting a socket calls listen with a backlog of 128, whatever it had: widen it again.
        listen(socket, ListeningSocket.backlog)
    }

    /// Takes datagram sockets over and serves them; to be called once.
    package func receive(_ sockets: [DatagramSocket], pipeline: LogPipeline, threshold: Severity) throws(Errno) {
        guard !sockets.isEmpty else { return }
        let thread = DatagramThread(sockets: sockets, pipeline: pipeline, figures: figures, threshold: threshold)
        try thread.start()
        datagrams = thread
    }

    /// Makes the reply and the end of the stream leave in one segment: accepted sockets inherit the option (tcp(7)).
    private func cork(_ socket: Int32) {
        var on: Int32 = 1
        // Fails on Unix sockets, which have no segments.
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Stops accepting: what connects from now on waits for the next daemon, where the socket is held for it.
    package func stopAccepting() {
        for channel in channels { try? channel.close().wait() }
        channels = []
        datagrams?.stop()
    }

    /// Whether nothing is under way any more.
    package var isIdle: Bool { figures.open == 0 && datagrams?.isFinished ?? true }

    /// Ends all connections that are still open.
    package func closeConnections() {
        onLoops { $0.closeAll() }
    }

    package func setThreshold(_ threshold: Severity) {
        onLoops { $0.recorder.threshold = threshold }
        datagrams?.setThreshold(threshold)
    }

    package func setBackend(_ backend: any LogBackend) {
        onLoops { $0.recorder.backend = backend }
        datagrams?.setBackend(backend)
    }

    /// Calls `answer` from each thread that serves sockets, as soon as it gets to it.
    package func ping(_ answer: @escaping @Sendable () -> Void) {
        onLoops { _ in answer() }
        datagrams?.ping(answer)
    }

    package var loopCount: Int { loops.count }

    /// How many answers a `ping` brings.
    package var answers: Int { loops.count + (datagrams == nil ? 0 : 1) }

    private func onLoops(_ action: @escaping @Sendable (LoopContext) -> Void) {
        for (loop, context) in zip(group.makeIterator(), loops) {
            loop.execute { action(context.value) }
        }
    }

    private static func context(of loop: any EventLoop, in loops: [NIOLoopBound<LoopContext>]) -> LoopContext {
        // There is one for each loop of the group; a daemon has a handful.
        for context in loops where context.eventLoop === loop { return context.value }
        preconditionFailure("a channel on a loop of another group")
    }
}
