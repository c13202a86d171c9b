import CLinux
import Glibc
import Linux
import LogRecords
import SocketServer
import Systemd

/// Where connections wait from the stop of one process to the start of the next: a `DescriptorQueue` in systemd's store.
///
/// Each connection keeps SO_LINGER 0, or an unread byte: whatever closes it, systemd when the service is stopped, or the
/// kernel, resets it.
struct ConnectionStore {
    /// The name of the queue in the store.
    static let name = "sockserved-connections"
    /// How long systemd may take to confirm that it keeps the queue.
    private static let patience = Duration.seconds(5)

    /// What is in an entry of the queue.
    private enum Kind: UInt8 {
        /// Sockets.
        case connections
        /// A file with `ConnectionStates`.
        case states
    }

    /// The connections of the earlier process that can go on.
    private(set) var received: [Handover.Connection] = []
    /// How many of the earlier process's connections are lost, by reason.
    private(set) var lost: [String: Int] = [:]
    /// What the earlier process has counted of the kernel's drops, by the cookie of the datagram socket.
    private var drops: [UInt64: UInt32] = [:]
    private let queue: DescriptorQueue?
    /// In the queue from the start, so that nothing keeps it out, and written at the stop.
    private let statesFile: Int32?

    /// Takes out what the earlier process has left, and has systemd keep an empty queue for the next one.
    ///
    /// - Parameters:
    ///   - kept: the descriptors that systemd has passed under `name`.
    ///   - notifier: the connection to systemd.
    init(kept: [Int32], notifier: Notifier) {
        let entries = kept.flatMap { DescriptorQueue.takeAll(from: $0) }
        (queue, statesFile) = notifier.isEnabled ? Self.makeQueue(notifier) ?? (nil, nil) : (nil, nil)
        receive(entries)
    }

    /// - Returns: nil where there is none, and connections end with the process.
    private static func makeQueue(_ notifier: Notifier) -> (DescriptorQueue, Int32)? {
        guard let file = try? MemoryFile.make(label: name) else { return nil }
        do throws(Errno) {
            let queue = try DescriptorQueue(named: name, keptBy: notifier)
            try queue.put([file], kind: Kind.states.rawValue)
            return (queue, file)
        } catch {
            close(file)
            return nil
        }
    }

    // MARK: the start

    private mutating func receive(_ entries: [DescriptorQueue.Entry]) {
        var states: [UInt64: ConnectionState] = [:]
        var fault: StateError?
        for entry in entries where entry.kind == Kind.states.rawValue {
            for file in entry.descriptors {
                defer { close(file) }
                do throws(StateError) {
                    let bytes = (try? MemoryFile.contents(of: file)) ?? []
                    let contents = try ConnectionStates.decode(bytes)
                    for state in contents.states { states[state.cookie] = state }
                    drops = contents.drops
                } catch {
                    fault = error
                }
            }
        }
        for entry in entries where entry.kind == Kind.connections.rawValue {
            for descriptor in entry.descriptors {
                if let state = Handover.cookie(of: descriptor).flatMap({ states.removeValue(forKey: $0) }) {
                    received.append(Handover.Connection(descriptor, state))
                } else {
                    Handover.reset(descriptor)
                    lost[fault.map { "\($0)" } ?? "their state is missing", default: 0] += 1
                }
            }
        }
        if !states.isEmpty { lost["their descriptors are missing", default: 0] += states.count }
    }

    /// How many drops at a datagram socket the earlier process has reported.
    func drops(of socket: Int32) -> UInt32 {
        Handover.cookie(of: socket).flatMap { drops[$0] } ?? 0
    }

    // MARK: the stop

    /// Whether systemd would keep connections; waits for its answer.
    func isKept() -> Bool {
        queue?.isKept(within: Self.patience) ?? false
    }

    /// Puts connections into the store.
    ///
    /// - Parameters:
    ///   - connections: those that the next process goes on with.
    ///   - drops: what was counted of the kernel's drops, by the cookie of the socket.
    /// - Returns: how many connections are in it, and why the others are not, if any.
    func put(_ connections: [Handover.Connection], drops: [UInt64: UInt32]) -> (count: Int, failure: Errno?) {
        guard let queue, let statesFile else { return (0, nil) }
        var states: [ConnectionState] = []
        var failure: Errno?
        for start in stride(from: 0, to: connections.count, by: DescriptorMessage.maxDescriptors) {
            let batch = connections[start...].prefix(DescriptorMessage.maxDescriptors)
            if (try? queue.put(batch.map(\.descriptor), kind: Kind.connections.rawValue)) != nil {
                states += batch.map(\.state)
                continue
            }
            // One that the kernel does not let pass keeps the others from it.
            for connection in batch {
                do throws(Errno) {
                    try queue.put([connection.descriptor], kind: Kind.connections.rawValue)
                    states.append(connection.state)
                } catch {
                    failure = error
                }
            }
        }
        do throws(Errno) {
            let bytes = ConnectionStates.encode(states, drops: drops)
            try MemoryFile.write(bytes.span, to: statesFile)
        } catch {
            // The next process resets connections without a state.
            return (0, error)
        }
        return (states.count, failure)
    }
}
