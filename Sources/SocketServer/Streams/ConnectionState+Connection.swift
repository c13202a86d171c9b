import Linux
import LogRecords

extension ConnectionState {
    /// The state of a connection whose records are all committed; nil where the next process cannot go on.
    ///
    /// - Parameters:
    ///   - socket: the connection's.
    ///   - machine: the connection's.
    ///   - records: the connection's.
    init?(of socket: borrowing StreamSocket, _ machine: ConnectionMachine, _ records: borrowing ConnectionRecords) {
        let origin = records.log.origin
        guard let cookie = Handover.cookie(of: socket.descriptor), let framing = records.suspend(),
            let peer = origin.peer
        else { return nil }
        self.init(
            cookie: cookie,
            listener: origin.listener,
            protocolName: origin.protocolName,
            peer: peer,
            proxy: origin.proxy,
            started: records.log.started.nanoseconds,
            bytesReceived: socket.bytesReceived,
            hasMalformed: machine.hasMalformed,
            isWithholding: socket.isWithholding,
            hasUrgent: socket.hasUrgent,
            framing: framing
        )
    }
}
