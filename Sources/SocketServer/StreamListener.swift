import CSystemd
import Glibc
import LogRecords
import NIOCore
import Synchronization

/// What the connections of one stream listener share, whichever event loop they live on.
package final class StreamListener: Sendable {
    package let name: String
    package let spoken: any SocketProtocol
    package let limits: ListenerLimits

    /// `limits.idleTimeout` in the event loop's units.
    let idleTimeout: TimeAmount?
    let idleTimeoutText: String

    private let open = Atomic<Int>(0)
    private let resume = Mutex<(@Sendable () -> Void)?>(nil)

    package init(name: String, spoken: any SocketProtocol, limits: ListenerLimits) {
        self.name = name
        self.spoken = spoken
        self.limits = limits
        self.idleTimeout = limits.idleTimeout.map { TimeAmount($0) }
        self.idleTimeoutText = limits.idleTimeout.map { $0.secondsText } ?? ""
    }

    /// How many more connections may be accepted.
    var room: Int { max(0, limits.maxConnections - open.load(ordering: .relaxed)) }

    func connectionAccepted() {
        open.wrappingAdd(1, ordering: .relaxed)
    }

    /// Makes room for another connection, and tells the one who waits for it.
    func connectionClosed() {
        open.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        resume.withLock { waiting in
            waiting?()
            waiting = nil
        }
    }

    /// Calls `action` when a connection closes.
    func whenClosed(_ action: @escaping @Sendable () -> Void) {
        resume.withLock { $0 = action }
    }

    /// Who is at the other end.
    func peer(of channel: any Channel) -> Peer? {
        switch channel.remoteAddress {
        case .v4?, .v6?:
            channel.remoteAddress.map(Peer.init)
        case .unixDomainSocket?:
            credentials(of: channel)
        case nil:
            // A client of TCP that is gone already has no address any more.
            if case .unixDomainSocket? = channel.localAddress {
                credentials(of: channel)
            } else {
                .internet(address: "unknown", port: 0)
            }
        }
    }

    private func credentials(of channel: any Channel) -> Peer? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        var peer: Peer?
        let option: EventLoopFuture<csystemd_ucred> = provider.unsafeGetSocketOption(
            level: .socket,
            name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        )
        // On the channel's own loop the answer is there at once.
        option.assumeIsolated().whenSuccess { peer = .unix(pid: $0.pid, uid: $0.uid, gid: $0.gid) }
        return peer ?? .unixPath("")
    }
}

extension Duration {
    /// `60 s`, `0.5 s`.
    package var secondsText: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "\(seconds) s" }
        return "\(Double(seconds) + Double(milliseconds) / 1000) s"
    }
}
