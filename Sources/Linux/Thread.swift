import CLinux
import Glibc

/// A detached thread of the system's.
package enum Thread {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: at most 15 characters; shown by ps(1) and top(1).
    ///   - body: what the thread does; it ends when this returns.
    /// - Throws: why the system gives no thread; see pthread_create(3).
    package static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
        // The thread is given this reference and takes it over when it begins to run.
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
            guard let context else { return nil }
            let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
            pthread_setname_np(pthread_self(), start.name)
            start.body()
            return nil
        }
        let result = pthread_create(&thread, nil, entry, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw Errno(result)
        }
        pthread_detach(thread)
    }
}
