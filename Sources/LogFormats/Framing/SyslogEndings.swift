/// The endings of a stream's messages so far, which show how its sender frames them.
struct SyslogEndings: Sendable {
    /// Whether the last message ended with NUL, as Python's do.
    private(set) var lastIsNull = false
    private(set) var hasNull = false
    /// Whether something else than NUL has ended one: a newline, or its count.
    private(set) var hasOther = false

    mutating func note(isNull: Bool) {
        lastIsNull = isNull
        if isNull { hasNull = true } else { hasOther = true }
    }
}
