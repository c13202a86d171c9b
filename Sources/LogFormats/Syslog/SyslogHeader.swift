import LogRecords

/// The parts of a syslog message before its text, as ranges of the message; a missing part is empty.
struct SyslogHeader {
    var timestamp = 0..<0
    var claimedTime: WallTime?
    var hostname = 0..<0
    var appName = 0..<0
    var procid = 0..<0
    var msgid = 0..<0
    var structuredData = 0..<0
    /// Its parts, if they are needed; no more than are read.
    var parts: [StructuredDataReader.Part] = []
    /// Whether they are.
    var needsParts = false
    /// A level's name that stood among the words.
    var level = 0..<0
    /// Where the text begins.
    var text: Int
    /// Whether the fields lack something that was sent, or may be wrong.
    var isGuess = false
    /// The fault in the message.
    var fault: StaticString?

    init(text: Int) {
        self.text = text
    }

    /// Forgets all that was read.
    mutating func reset(text: Int) {
        var new = SyslogHeader(text: text)
        new.needsParts = needsParts
        swap(&new.parts, &parts)
        self = new
    }
}
