import Foundation
import Linux
import Synchronization

/// Keeps descriptors for the next process as systemd's store does: see `FDSTORE=1` in sd_notify(3).
///
/// The system tests have the real one; with this one a test can change what is kept.
package final class DescriptorKeeper: Sendable {
    /// What `NOTIFY_SOCKET` has to be.
    package let path: String
    private let state: State

    private final class State: Sendable {
        let socket: Int32
        let maximum: Int
        let kept = Mutex<[(name: String, descriptor: Int32)]>([])
        let isOver = Atomic<Bool>(false)

        init(_ socket: Int32, _ maximum: Int) {
            self.socket = socket
            self.maximum = maximum
        }
    }

    /// Begins to receive messages.
    ///
    /// - Parameters:
    ///   - directory: where the socket is made.
    ///   - maximum: `FileDescriptorStoreMax=`.
    /// - Throws: when the socket cannot be made.
    package init(in directory: TemporaryDirectory, maximum: Int = 1) throws {
        path = directory.path("notify")
        let receiver = try UnixReceiver(.datagram, at: path)
        state = State(dup(receiver.descriptor), maximum)
        Foundation.Thread.detachNewThread { [state] in
            while !state.isOver.load(ordering: .relaxed) {
                var entry = pollfd(fd: state.socket, events: Int16(POLLIN), revents: 0)
                guard poll(&entry, 1, 20) > 0 else { continue }
                guard let message = try? DescriptorMessage.receive(from: state.socket, limit: 4096) else { continue }
                Self.take(message, state)
            }
            close(state.socket)
        }
    }

    deinit {
        state.isOver.store(true, ordering: .relaxed)
        closeAll()
    }

    private static func take(_ message: DescriptorMessage, _ state: State) {
        let lines = String(decoding: message.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let name = lines.first { $0.hasPrefix("FDNAME=") }.map { String($0.dropFirst(7)) } ?? "stored"
        state.kept.withLock { kept in
            if lines.contains("FDSTOREREMOVE=1") {
                for old in kept where old.name == name { close(old.descriptor) }
                kept.removeAll { $0.name == name }
            }
            for descriptor in message.descriptors {
                if lines.contains("FDSTORE=1"), kept.count < state.maximum {
                    kept.append((name, descriptor))
                } else {
                    close(descriptor)
                }
            }
        }
    }

    /// What is kept under a name.
    package func kept(_ name: String) -> [Int32] {
        state.kept.withLock { $0.filter { $0.name == name }.map(\.descriptor) }
    }

    /// Closes all that is kept, as when the service is stopped.
    package func closeAll() {
        state.kept.withLock { kept in
            for one in kept { close(one.descriptor) }
            kept = []
        }
    }

    /// Replaces the messages in a kept Unix socket.
    ///
    /// - Parameters:
    ///   - name: of the socket.
    ///   - change: gets each message's kind and its descriptors; the message is left out where it returns false.
    /// - Throws: the error of recvmsg(2) or sendmsg(2), or of `change`.
    package func changeMessages(in name: String, _ change: (UInt8, [Int32]) throws -> Bool) throws {
        var ends: [Int32] = [-1, -1]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        defer { close(ends[0]) }
        for socket in kept(name) {
            while let message = try DescriptorMessage.receive(from: socket) {
                if try change(message.bytes[0], message.descriptors) { try message.send(over: ends[0]) }
                for descriptor in message.descriptors { close(descriptor) }
            }
            close(socket)
        }
        state.kept.withLock { kept in
            kept.removeAll { $0.name == name }
            kept.append((name, ends[1]))
        }
    }
}
