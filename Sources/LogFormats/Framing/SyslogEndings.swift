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

    /// The three as one number from 0 to 7.
    var number: Int { (lastIsNull ? 1 : 0) | (hasNull ? 2 : 0) | (hasOther ? 4 : 0) }

    init() {}

    /// Makes what a `number` stands for; nil for other numbers.
    init?(number: Int) {
        guard (0...7).contains(number) else { return nil }
        lastIsNull = number & 1 != 0
        hasNull = number & 2 != 0
        hasOther = number & 4 != 0
    }
}
