/// The rules of `SyslogFraming` written down for a stream that is there as a whole, as plainly as can be.
enum SyslogFramingReference {
    static func messages(of stream: [UInt8], limit: Int) -> [FramingRun.Message] {
        var messages: [FramingRun.Message] = []
        var rest = stream[...]
        while let first = rest.first {
            if first == 0 || first == 10 {
                rest = rest.dropFirst()
            } else if rest.starts(with: [13, 10]) {
                rest = rest.dropFirst(2)
            } else if let (header, count) = count(rest, limit: limit) {
                rest = rest.dropFirst(header)
                messages.append(.init(Array(rest.prefix(min(count, limit))), length: count))
                rest = rest.dropFirst(count)
            } else {
                let end = end(of: rest, limit: limit)
                var message = rest[..<end]
                rest = rest[end...].dropFirst()
                if end < stream.endIndex, stream[end] == 10, message.last == 13 { message = message.dropLast() }
                messages.append(.init(Array(message.prefix(limit)), length: message.count))
            }
        }
        return messages
    }

    /// The size of the count with its blank, and what it says.
    private static func count(_ text: ArraySlice<UInt8>, limit: Int) -> (Int, Int)? {
        let digits = text.prefix { (48...57).contains($0) }
        guard digits.first != 48, digits.count <= 10, text.dropFirst(digits.count).starts(with: [32, 60]),
            let count = Int(String(decoding: digits, as: UTF8.self)), count <= 16 * limit
        else { return nil }
        return (digits.count + 1, count)
    }

    private static func isPriority(_ text: ArraySlice<UInt8>) -> Bool {
        text.first == 60 && text.dropFirst().first.map { (48...57).contains($0) } == true
    }

    private static func end(of text: ArraySlice<UInt8>, limit: Int) -> Int {
        let isEnding = { (byte: UInt8) in byte == 0 || byte == 10 }
        guard let first = text.firstIndex(where: isEnding) else { return text.endIndex }
        guard isPriority(text), text[first] == 10 else { return first }
        for index in first..<text.endIndex where isEnding(text[index]) {
            guard index - text.startIndex <= min(first - text.startIndex + 65_536, limit) else { break }
            if text[index] == 0 { return index }
            let following = text[(index + 1)...]
            if isPriority(following) || count(following, limit: limit) != nil { break }
        }
        return first
    }
}
