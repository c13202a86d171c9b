/// The rules of `SyslogFraming` written down for a stream that is there as a whole, as plainly as can be.
enum SyslogFramingReference {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func messages(of stream: [UInt8], limit: Int) -> [FramingRun.Message] {
        var messages: [FramingRun.Message] = []
        var rest = stream[...]
        var areRight = false
        while let first = rest.first {
            if first == 0 || first == 10 {
                rest = rest.dropFirst()
            } else if rest.starts(with: [13, 10]) {
                rest = rest.dropFirst(2)
            } else if rest.starts(with: mark) {
                rest = rest.dropFirst(3)
            } else if let (header, count) = count(rest, limit: limit) {
                rest = rest.dropFirst(header)
                let (length, next) = countedEnd(Array(rest), count, areRight: &areRight, limit: limit)
                messages.append(.init(Array(rest.prefix(min(length, limit))), length: length))
                rest = rest.dropFirst(next)
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

    /// The size of the count with its blank, and its value.
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
        guard var first = text.firstIndex(where: isEnding) else { return text.endIndex }
        guard isPriority(text), text[first] == 10, first - text.startIndex < limit else { return first }
        // Lines that begin with a blank or a tab.
        while let next = text[(first + 1)...].first, next == 32 || next == 9 {
            let end = text[(first + 1)...].firstIndex(where: isEnding) ?? text.endIndex
            if end - text.startIndex > limit { return first }
            if end == text.endIndex || text[end] == 0 { return end }
            first = end
        }
        for index in first..<text.endIndex where isEnding(text[index]) {
            guard index - text.startIndex <= min(first - text.startIndex + 65_536, limit) else { break }
            if text[index] == 0 { return index }
            var following = text[(index + 1)...]
            if following.starts(with: mark) { following = following.dropFirst(3) }
            if isPriority(following) || count(following, limit: limit) != nil { break }
        }
        return first
    }

    // MARK: wrong counts

    /// Where a counted message ends, and where the next one begins.
    private static func countedEnd(
        _ text: [UInt8],
        _ count: Int,
        areRight: inout Bool,
        limit: Int
    ) -> (length: Int, next: Int) {
        guard count + 32 <= limit, text.count > count else { return (count, min(count, text.count)) }
        let right = (count, count)
        switch text[count] {
        case 10, 13, 0, 0xEF: return right
        case 60:
            guard !areRight, let start = countBefore(count, text, from: 0) else { return right }
            return split(start..<(count - 1), text, count, limit: limit)
        case 48...57:
            // The part beyond the cut may be a count.
            let digits = text[count...].prefix { isDigit($0) }
            let isCutOff = [[], [32]].contains(Array(text[(count + digits.count)...]))
            if digits.first != 48, digits.count <= 10, isCutOff { return right }
            guard let (header, following) = Self.count(text[count...], limit: .max / 16) else { break }
            if count == 0 || !isDigit(text[count - 1]) { areRight = true }
            let end = count + header + min(following, limit)
            if areRight || end >= limit - 16 || end > text.count { return right }
            areRight = isBoundary(text, end)
            if areRight { return right }
        default: break
        }
        // Across the counted end.
        for open in max(0, count - 4)..<min(text.count, count + 16) where isPriority(text, open, beyond: count) {
            guard let start = countBefore(open, text, from: 0), start < count else { continue }
            return split(start..<(open - 1), text, count, limit: limit)
        }
        // The next one after it.
        for open in count..<max(count, min(text.count, limit)) {
            if text[open] == 0 { return (open, open + 1) }
            guard isPriority(text, open, beyond: 0) else { continue }
            if let start = countBefore(open, text, from: count) { return (start, start) }
            if open > count, text[open - 1] == 10 { return (open - 1, open) }
        }
        return (min(text.count, limit), min(text.count, limit))
    }

    private static func split(_ digits: Range<Int>, _ text: [UInt8], _ end: Int, limit: Int) -> (length: Int, next: Int)
    {
        let starts = digits.filter { text[$0] != 48 && $0 < end }
        let right = starts.first { start in
            guard digits.count > 1, digits.upperBound - start <= 9,
                let count = Int(String(decoding: text[start..<digits.upperBound], as: UTF8.self)), count < limit
            else { return digits.count == 1 }
            let following = digits.upperBound + 1 + count - (end - start)
            return following > digits.upperBound + 1 && following < limit - 16 && isBoundary(text, following)
        }
        let start = right ?? starts.last ?? digits.lowerBound
        return (start, start)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isBoundary(_ text: [UInt8], _ index: Int) -> Bool {
        guard index < text.count else { return index == text.count }
        if [10, 13, 0, 60, 0xEF].contains(text[index]) { return true }
        let digits = text[index...].prefix { isDigit($0) }
        guard !digits.isEmpty, digits.first != 48, digits.count <= 10 else { return false }
        // The part beyond the cut may be one.
        return [[], [32], [32, 60]].contains(Array(text[(index + digits.count)...].prefix(2)))
    }

    private static func countBefore(_ index: Int, _ text: [UInt8], from first: Int) -> Int? {
        guard index - first >= 2, text[index - 1] == 32 else { return nil }
        let digits = text[first..<(index - 1)].suffix(10).reversed().prefix { isDigit($0) }
        return ((index - 1 - digits.count)..<(index - 1)).first { text[$0] != 48 }
    }

    private static func isPriority(_ text: [UInt8], _ index: Int, beyond end: Int) -> Bool {
        guard text[index] == 60 else { return false }
        let digits = text[(index + 1)...].prefix(3).prefix { isDigit($0) }
        let close = index + 1 + digits.count
        return !digits.isEmpty && close < text.count && text[close] == 62 && close + 1 > end
    }
}
