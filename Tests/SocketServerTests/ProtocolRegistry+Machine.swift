import SocketServer

/// The protocols whose connections are a `ConnectionMachine`'s: all but the metrics.
let namesWithMachine = ProtocolRegistry.all.filter { !$0.isMetrics }.map(\.name)
