import LogRecords

/// Reads times that are objects: MongoDB's `{"$date": ...}` and PHP's `{"date": ..., "timezone": ...}`.
enum JSONTimeObject {
    /// - Returns: nil when there is any other member, or a zone that has only a name.
    static func read(_ object: Range<Int>, in text: Span<UInt8>, _ context: ReceiveContext) -> WallTime? {
        let text = text.extracting(..<object.upperBound)
        var scanner = JSONScanner(from: object.lowerBound)
        var date: JSONValue?
        var context = context
        // It has been read before, and is valid.
        while let member = (try? scanner.next(in: text)) ?? nil {
            let name = text.extracting(member.name.range)
            if name.isEqual(to: "$date") || name.isEqual(to: "date") {
                date = opened(member.value, in: text)
            } else if name.isEqual(to: "timezone") {
                guard case .string(let zone) = member.value, let offset = offset(text.extracting(zone.range)) else {
                    return nil
                }
                context.secondsFromUTC = offset
            } else if !name.isEqual(to: "timezone_type") {
                return nil
            }
        }
        return date.flatMap { RoleValues.time($0, in: text, context) }
    }

    /// Whether the object is one of MongoDB's.
    static func isMongo(_ object: Range<Int>, in text: Span<UInt8>) -> Bool {
        let text = text.extracting(..<object.upperBound)
        var scanner = JSONScanner(from: object.lowerBound)
        guard let member = (try? scanner.next(in: text)) ?? nil else { return false }
        return text.extracting(member.name.range).isEqual(to: "$date")
    }

    /// `{"$numberLong": "1793678706123"}` stands for its only value.
    private static func opened(_ value: JSONValue, in text: Span<UInt8>) -> JSONValue {
        guard case .object(let range) = value else { return value }
        var scanner = JSONScanner(from: range.lowerBound)
        let member = (try? scanner.next(in: text.extracting(..<range.upperBound))) ?? nil
        guard let member, text.extracting(member.name.range).isEqual(to: "$numberLong") else { return value }
        return member.value
    }

    private static func offset(_ zone: Span<UInt8>) -> Int? {
        guard let first = zone.count > 0 ? zone[0] : nil else { return nil }
        let isSigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        return isSigned ? MessageTime.offset(zone, at: 0) : ZoneNames.offset(zone)
    }
}
