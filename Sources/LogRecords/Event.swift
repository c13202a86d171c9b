/// A kind of event; a record reports one occurrence.
public struct Event: Sendable {
    /// The name in JSON output, such as `connection-established`.
    public let name: StaticString
    /// The 128-bit id of journald's `MESSAGE_ID` in 32 lower-case hexadecimal digits; see sd-id128(3).
    ///
    /// The message catalog explains each one to `journalctl -x`.
    public let messageID: StaticString

    /// Makes a kind of event.
    public init(name: StaticString, messageID: StaticString) {
        self.name = name
        self.messageID = messageID
    }
}
