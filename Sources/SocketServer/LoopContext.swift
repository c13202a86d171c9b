import LogBackends
import LogRecords
package import NIOCore

/// What all connections of one event loop share. Used on that loop only, except `init`.
package final class LoopContext {
    package let loop: any EventLoop
    package let figures: ServerFigures
    package let recorder: Recorder

    private var connections: [ConnectionHandler] = []
    private var sweepIsScheduled = false
    private static let sweepInterval = TimeAmount.milliseconds(250)

    /// Must be called on the loop.
    init(loop: any EventLoop, pipeline: LogPipeline, figures: ServerFigures, threshold: Severity) {
        self.loop = loop
        self.figures = figures
        let box = SettleBox()
        let producer = pipeline.makeProducer { loop.execute { box.recorder?.value.settle() } }
        let flushes = FlushSchedule(loop: loop) { box.recorder?.value.flush() }
        let recorder = Recorder(producer: producer, threshold: threshold) { flushes.schedule($0) }
        box.recorder = NIOLoopBound(recorder, eventLoop: loop)
        self.recorder = recorder
    }

    // MARK: connections

    func add(_ connection: ConnectionHandler) {
        connection.index = connections.count
        connections.append(connection)
        scheduleSweep()
    }

    func remove(_ connection: ConnectionHandler) {
        let last = connections.removeLast()
        guard last !== connection else { return }
        connections[connection.index] = last
        last.index = connection.index
    }

    /// Closes what is open; what cannot be ended orderly is reset.
    func closeAll() {
        for connection in connections { connection.giveUp() }
    }

    /// Looks for connections whose time is up, as long as there are any.
    private func scheduleSweep() {
        guard !sweepIsScheduled else { return }
        sweepIsScheduled = true
        loop.assumeIsolated().scheduleTask(in: Self.sweepInterval) { [self] in
            sweepIsScheduled = false
            let now = NIODeadline.now()
            // A connection that is closed here leaves the list, and the last one takes its place.
            for connection in connections.reversed() { connection.checkDeadline(now) }
            if !connections.isEmpty { scheduleSweep() }
        }
    }
}

/// Breaks the circle between a producer that notifies and the recorder that is made from it.
private final class SettleBox: @unchecked Sendable {
    // Written once, on the loop, before the producer has records to be notified of; read on the loop only.
    var recorder: NIOLoopBound<Recorder>?
}
