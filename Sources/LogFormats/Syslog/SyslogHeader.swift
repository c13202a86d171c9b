import LogRecords

/// What stands before the text of a syslog message, as places of the message: empty where there is none.
struct SyslogHeader {
    var timestamp = 0..<0
    var claimedTime: WallTime?
    var hostname = 0..<0
    var appName = 0..<0
    var procid = 0..<0
    var msgid = 0..<0
    var structuredData = 0..<0
    /// A level's name that stood among the words.
    var level = 0..<0
    /// Where the text begins.
    var text: Int
    /// Whether the fields do not say all that was sent, or may not mean what they say.
    var isGuess = false
    /// What is wrong with the message.
    var fault: StaticString?

    init(text: Int) {
        self.text = text
    }
}
