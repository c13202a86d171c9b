import CLinux
import Glibc
package import Linux
package import LogBackends
package import LogRecords

/// All listeners, and the threads that serve them.
///
/// Its methods are called on the daemon's main thread; what they change on the workers they change there.
package final class SocketServer {
    package let metrics = ServerMetrics()
    /// Learns when a thread has done something.
    package let activity = ActivityWaker()

    private let workers: [Mailbox<SocketWorker>]
    private var streams: [Int32] = []
    private var datagramCount = 0
    /// Threads that still have something to do for datagram sockets or accept connections.
    private let stopping: CountdownLatch
    /// Threads that may still accept connections.
    private let accepting: CountdownLatch

    /// Starts the threads.
    package init(pipeline: LogPipeline, threads: Int, threshold: Severity, memory: Int) throws(Errno) {
        var workers: [Mailbox<SocketWorker>] = []
        for _ in 0..<threads {
            workers.append(
                try SocketWorker.start(
                    pipeline: pipeline,
                    metrics: metrics,
                    threshold: threshold,
                    memory: memory,
                    threads: threads,
                    activity: activity
                )
            )
        }
        self.workers = workers
        stopping = CountdownLatch(workers.count)
        accepting = CountdownLatch(workers.count)
    }

    /// Sets how many connections may be open, of all listeners together; what comes then waits in the kernel's backlog,
    /// except at those for the metrics.
    package func limitConnections(to count: Int) {
        metrics.limitOpen(to: count)
    }

    /// Takes a listening stream socket over and accepts its connections, on all threads.
    package func accept(_ listener: StreamListener, on socket: Int32) {
        makeNonBlocking(socket)
        streams.append(socket)
        for worker in workers {
            worker.execute { worker in worker.loop.open(StreamAcceptor(listener, on: socket, worker)) }
        }
    }

    /// Goes on with connections that an earlier process has left, on all threads.
    ///
    /// - Parameters:
    ///   - connections: connected sockets; closed at the end of the connections.
    ///   - listener: serves messages.
    package func resume(_ connections: [Handover.Connection], of listener: StreamListener) {
        guard let format = listener.service.format else { return }
        let share = (connections.count + workers.count - 1) / workers.count
        for (number, worker) in workers.enumerated() {
            let part = connections.dropFirst(number * share).prefix(share)
            guard !part.isEmpty else { return }
            worker.execute { worker in
                let account = worker.accounts.open(listener.metrics)
                let reader = MessageReader(format, under: listener.policy, account)
                let throttle = StreamThrottle(of: listener, worker)
                for (descriptor, state) in part.map({ ($0.descriptor, $0.state) }) {
                    let (peer, proxy) = (state.peer, state.proxy)
                    let place = ConnectionPlace(resumedFrom: Source(peer), at: listener, worker.metrics)
                    StreamConnection(descriptor, from: peer, through: proxy, place, listener, reader, throttle, worker)
                        .start(from: state)
                }
            }
        }
    }

    /// Takes a bound datagram socket over, and serves it on one thread.
    package func receive(_ socket: DatagramSocket) {
        makeNonBlocking(socket.descriptor)
        if let address = ListenAddress(of: socket.descriptor) {
            for worker in workers { worker.execute { $0.ownAddresses.add(address) } }
        }
        let worker = workers[datagramCount % workers.count]
        datagramCount += 1
        worker.execute { worker in worker.loop.open(DatagramListener(socket, worker)) }
    }

    /// Waits until each thread has taken up the listeners that it was given so far.
    package func waitUntilServing() {
        for worker in workers {
            let waker = Waker()
            worker.execute { _ in waker.wake() }
            waker.wait(nil)
        }
    }

    /// Stops accepting: clients that come from now on wait for the next process, where systemd holds the socket for it.
    ///
    /// - Parameter handover: where connections of messages go for the next process, which need not end then.
    package func stopAccepting(_ handover: Handover? = nil) {
        for worker in workers {
            worker.execute { [stopping, accepting, streams] worker in
                worker.handover = handover
                worker.stopListeners { stopping.countDown() }
                // Closed by the last thread that had it: a client that comes then is refused at once, not in the end.
                if accepting.countDown() { for socket in streams { close(socket) } }
            }
        }
        streams = []
    }

    /// Whether, after `stopAccepting`, nothing is under way any more.
    package var isIdle: Bool { stopping.isOpen && metrics.open == 0 }

    /// Drops what listeners still have under way, and records what else there is to record.
    ///
    /// Their sockets are closed by the threads that use them.
    package func finish() {
        for worker in workers { worker.execute { $0.finish() } }
    }

    /// Ends all connections that are still open.
    package func abortConnections() {
        for worker in workers { worker.execute { $0.loop.abort() } }
    }

    package func setThreshold(_ threshold: Severity) {
        for worker in workers { worker.execute { $0.recorder.threshold = threshold } }
    }

    /// Hands over what the threads recorded and counted so far, and calls `answer` from each.
    package func ping(_ answer: @escaping @Sendable () -> Void) {
        for worker in workers {
            worker.execute { worker in
                worker.recorder.flush()
                worker.recorder.commits.serve()
                worker.accounts.publish()
                answer()
            }
        }
    }

    /// How many answers a `ping` brings.
    package var answers: Int { workers.count }

    private func makeNonBlocking(_ socket: Int32) {
        let flags = fcntl(socket, F_GETFL)
        _ = fcntl(socket, F_SETFL, flags | O_NONBLOCK)
    }
}
