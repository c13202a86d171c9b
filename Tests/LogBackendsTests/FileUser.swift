import Foundation
import Testing

/// Does something with another user's rights to files: setfsuid(2) is for the calling thread alone.
func withFileUser<Result>(_ user: uid_t, _ body: () throws -> Result) throws -> Result {
    typealias SetUser = @convention(c) (uid_t) -> CInt
    // Glibc's module leaves sys/fsuid.h out; this is the function's type there.
    let setUser = unsafeBitCast(try #require(dlsym(nil, "setfsuid")), to: SetUser.self)
    _ = setUser(user)
    defer { _ = setUser(getuid()) }
    return try body()
}
