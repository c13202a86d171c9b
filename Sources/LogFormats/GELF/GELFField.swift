/// A member of a GELF message that has its meaning from GELF itself.
///
/// | member | becomes | sent by |
/// |---|---|---|
/// | `version` | nothing, when it is "1.0" or "1.1" | GELF 1.1 |
/// | `host` | host name | GELF 1.1 |
/// | `short_message` | message; a number is one as text | GELF 1.1 |
/// | `full_message` | the message when the short one is empty; else extra `full_message`; Python's traceback is the exception | GELF 1.1; graypy, pygelf |
/// | `timestamp` | time claimed, in seconds, in smaller units, or as text | GELF 1.1 |
/// | `level` | severity; without it informational | GELF 1.1 |
/// | `facility` | facility, when it is a number from 0 to 23 | GELF 1.0; in graypy the logger's name, which is kept as extra |
///
/// Additional fields, without their underscore, and any other member have the meanings that members have in JSON
/// (`FieldRole`), except messages and times: `_pid`, `_logger_name`, `_thread_name`, `_StackTrace`. One that names a
/// level is an extra field in any case, and the severity where `level` is absent.
///
/// The first of them counts, when its type fits: a second one of the same meaning is an extra field, and so is anything
/// else, with its type and without the underscore in front. A known member that is null means the same as no member:
/// graypy and pygelf send `_stack_info` so with most records.
enum GELFField: UInt8 {
    case version
    case host
    case shortMessage
    case fullMessage
    case timestamp
    case level
    case facility

    /// The names, by their sizes: no two are alike.
    private static let names: [(field: GELFField, count: Int, head: UInt64, tail: UInt64)] =
        ([
            (.host, "host"), (.level, "level"), (.version, "version"), (.facility, "facility"),
            (.timestamp, "timestamp"), (.fullMessage, "full_message"), (.shortMessage, "short_message"),
        ] as [(GELFField, String)]).map { field, name in
            let bytes = Array(name.utf8)
            let (head, tail) = KeywordTable.ends(of: bytes.span)
            return (field, bytes.count, head, tail)
        }

    /// - Parameter name: decoded.
    @inline(__always)
    init?(_ name: Span<UInt8>) {
        // Most members are additional ones.
        guard name.count >= 4, name.count <= 13, name[0] != UInt8(ascii: "_") else { return nil }
        let place: Int
        switch name.count {
        case 4: place = 0
        case 5: place = 1
        case 7: place = 2
        case 8: place = 3
        case 9: place = 4
        case 12: place = 5
        case 13: place = 6
        default: return nil
        }
        // The first and the last eight bytes, or four, are all of them.
        let (head, tail) = KeywordTable.ends(of: name)
        let known = Self.names[place]
        guard known.head == head, known.tail == tail else { return nil }
        self = known.field
    }
}
