import LogRecords

/// The starts of JSON members with known keys: `,"name":`.
enum KnownKeyPrefixes {
    /// All of them by raw value, each followed by the opening quotation mark of a string, and the start of each.
    private static let table: (text: [UInt8], starts: [Int]) = {
        var text: [UInt8] = []
        var starts = [0]
        // Raw values count from 0 in the order of the cases.
        for key in FieldKey.allCases {
            text.append(",\"")
            text.append(key.json)
            text.append("\":\"")
            starts.append(text.count)
        }
        return (text, starts)
    }()

    /// Appends the comma, the key and the colon, and with `openingText` the opening quotation mark of a string.
    static func append(_ key: FieldKey, openingText: Bool, to output: inout [UInt8]) {
        let index = Int(key.rawValue)
        let end = table.starts[index + 1] - (openingText ? 0 : 1)
        output.append(table.text.span.extracting(table.starts[index]..<end))
    }
}
