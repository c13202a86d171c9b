import Glibc

/// Repeats a system call while a signal interrupts it (EINTR); see signal(7).
package func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
