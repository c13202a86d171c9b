/// The name of a record's field, in each form in which backends write it.
public struct FieldKey: Sendable {
    /// The key in JSON output, such as `bytes_received`: lower-case letters, digits and underscores.
    public let json: StaticString
    /// The journal field: upper case, digits and underscores, at most 64; see systemd.journal-fields(7).
    public let journal: StaticString

    public init(json: StaticString, journal: StaticString) {
        self.json = json
        self.journal = journal
    }
}

extension FieldKey {
    /// The exact bytes that were received or sent.
    public static let data = FieldKey(json: "data", journal: "SOCKSERVED_DATA")
    /// Bytes received over the life of a connection.
    public static let bytesReceived = FieldKey(json: "bytes_received", journal: "SOCKSERVED_BYTES_RECEIVED")
    /// Bytes sent over the life of a connection.
    public static let bytesSent = FieldKey(json: "bytes_sent", journal: "SOCKSERVED_BYTES_SENT")
    /// How long a connection lived, in microseconds.
    public static let duration = FieldKey(json: "duration_usec", journal: "SOCKSERVED_DURATION_USEC")
    /// The number of the system error; see errno(3).
    public static let errno = FieldKey(json: "errno", journal: "ERRNO")
    /// How many datagrams the kernel dropped.
    public static let dropped = FieldKey(json: "dropped", journal: "SOCKSERVED_DROPPED")
}
