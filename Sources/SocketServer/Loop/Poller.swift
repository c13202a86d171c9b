import CLinux
import Glibc
import Linux
import LogBackends

/// The operations that a socket is ready for, as epoll(7) reports them.
struct Readiness: OptionSet {
    let rawValue: UInt32

    static let read = Readiness(rawValue: EPOLLIN.rawValue)
    static let write = Readiness(rawValue: EPOLLOUT.rawValue)
    /// There is urgent data; see tcp(7).
    static let urgent = Readiness(rawValue: EPOLLPRI.rawValue)
    /// The peer ended its side.
    static let readEnd = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// The connection is gone, in an orderly way or by an error; reported whether asked for or not.
    static let hangup = Readiness(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    /// Report changes only, so that nothing need be reported again when interest comes and goes.
    static let edge = Readiness(rawValue: EPOLLET.rawValue)
    /// Wake one of several threads that wait for the same socket.
    static let exclusive = Readiness(rawValue: EPOLLEXCLUSIVE.rawValue)
}

/// Something that waits for a descriptor to become ready.
protocol EventSource: AnyObject {
    func ready(_ readiness: Readiness)
}

/// Waits for many descriptors at once.
///
/// Used on one thread.
final class Poller {
    /// A place in the table of sources; epoll reports it in place of the source.
    struct Token {
        let index: Int
    }

    private struct Slot {
        var source: (any EventSource)?
        /// How often the slot was released: what epoll reported for an earlier owner is not for the present one.
        var generation: UInt32 = 0
    }

    private static let eventsPerWait = 256

    private let descriptor: Int32
    /// Whether there is epoll_pwait2(2): not before Linux 5.11, nor in containers that do not know it yet.
    var hasFineTime = true
    // Unchecked, because asking costs more than the accesses: no source is called with them.
    @exclusivity(unchecked) private var slots: [Slot] = []
    @exclusivity(unchecked) private var free: [Int] = []
    private var events = [epoll_event](repeating: epoll_event(), count: eventsPerWait)

    init() throws(Errno) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .last }
    }

    deinit {
        close(descriptor)
    }

    /// Begins to wait for a descriptor.
    ///
    /// It must be removed before it is closed.
    func add(_ socket: Int32, _ interest: Readiness, _ source: any EventSource) throws(Errno) -> Token {
        let index = free.popLast() ?? slots.count
        if index == slots.count { slots.append(Slot()) }
        slots[index].source = source
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = UInt64(slots[index].generation) << 32 | UInt64(UInt32(truncatingIfNeeded: index))
        guard epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0 else {
            let error = Errno.last
            release(Token(index: index))
            throw error
        }
        return Token(index: index)
    }

    /// Ends the wait for a descriptor that stays open.
    func remove(_ socket: Int32, _ token: Token) {
        var event = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, &event)
        release(token)
    }

    /// Forgets a source whose descriptor is about to be closed, which ends the wait by itself: no other process has it.
    func release(_ token: Token) {
        slots[token.index].source = nil
        slots[token.index].generation &+= 1
        free.append(token.index)
    }

    /// Waits until a descriptor is ready or the time is over, calls `awake`, and then the sources that are ready.
    func wait(_ time: Duration?, _ awake: () -> Void) {
        var count: Int32 = -1
        if let time, hasFineTime {
            let (seconds, attoseconds) = time.components
            var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            count = epoll_pwait2(descriptor, &events, Int32(Self.eventsPerWait), &limit, nil)
            if count < 0, [ENOSYS, EPERM].contains(errno) { hasFineTime = false }
        }
        if time == nil || !hasFineTime {
            count = epoll_wait(descriptor, &events, Int32(Self.eventsPerWait), time?.pollMilliseconds ?? -1)
        }
        awake()
        guard count > 0 else { return }
        for event in 0..<Int(count) {
            let data = events[event].data.u64
            let slot = slots[Int(UInt32(truncatingIfNeeded: data))]
            guard slot.generation == UInt32(truncatingIfNeeded: data >> 32) else { continue }
            slot.source?.ready(Readiness(rawValue: events[event].events))
        }
    }
}
