import CLinux
import Glibc

/// Starts detached threads.
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
    ///   - body: the code of the thread, which ends when it returns.
    /// - Throws: the error of pthread_create(3).
    package static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
        // The thread takes over this reference when it begins to run.
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
