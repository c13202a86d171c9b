import Linux
import TLS

/// How a connection ends: what its socket does, and what the log says.
enum ConnectionEnd: Equatable {
    /// In the orderly way, which confirms where it can.
    case orderly
    /// By the daemon, as a reset where an orderly end would confirm; all that was received is recorded.
    case abandoned
    /// By a reset of the peer's, which had its reply.
    case resetByPeer
    case lost(Failure)

    /// Why a connection is lost.
    enum Failure: Equatable {
        case system(Errno)
        case malformedMessage
        /// A message was not complete in time.
        case overdueMessage
        /// It held more memory than others, and all together too much.
        case memory
        case uncommittedRecords
        /// The daemon stops.
        case stop
        /// The daemon ends the connection, and does not read what has come.
        case unreadData
        /// What an earlier process has left of the connection does not fit this one.
        case unusableState
        /// The session of TLS came to an end that is not the peer's wish.
        case tls(TLSFailure)
    }

    /// An operation on the socket before it is closed.
    enum SocketAction {
        /// Confirms to the peer that all that it sent is recorded.
        case confirm
        /// Resets the stream.
        case reset
        /// Nothing: where an orderly end confirms, the peer sees a reset without it.
        case none
    }

    /// The end of a connection as the daemon stops.
    ///
    /// - Parameters:
    ///   - machine: the connection's; nil is returned when it is done.
    ///   - isRecorded: whether all records of the connection so far are committed.
    init?(stopping machine: ConnectionMachine, isRecorded: Bool) {
        switch machine.state {
        case .receiving where isRecorded && !machine.hasMalformed: self = machine.endConfirms ? .abandoned : .orderly
        case .receiving, .pausing, .committing, .suspending, .sending: self = .lost(.stop)
        case .draining: self = .orderly
        case .done: return nil
        }
    }

    /// The end of a connection whose peer sent bytes that were not read: with any, the connection is lost.
    ///
    /// - Parameter unread: how many bytes have come and were not received.
    /// - Returns: this end, or the loss.
    func withUnread(_ unread: Int) -> Self {
        switch self {
        case .orderly, .abandoned, .resetByPeer: unread > 0 ? .lost(.unreadData) : self
        case .lost: self
        }
    }

    var socketAction: SocketAction {
        switch self {
        case .orderly: .confirm
        // A peer that took the orderly end for a confirmation has not ended its side yet.
        case .abandoned, .resetByPeer, .lost(.system): .none
        // The kernel resets a stream that is closed with unread data.
        case .lost(.unreadData): .none
        case .lost: .reset
        }
    }
}

extension ConnectionEnd.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .malformedMessage: "one of its messages could not be read"
        case .overdueMessage: "a message was not complete in time (message_timeout)"
        case .memory: "it held too much memory (memory_limit)"
        case .uncommittedRecords: "its records could not be committed"
        case .stop: "the daemon stops"
        case .unreadData: "what it sent last was not read"
        case .unusableState: "it cannot go on with the present settings of its listener"
        case .tls(let failure): "\(failure)"
        }
    }
}
