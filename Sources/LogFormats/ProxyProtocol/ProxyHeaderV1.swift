import Glibc
import LogRecords

/// Version 1, a line: `PROXY TCP4 192.0.2.1 192.0.2.2 40000 514` and CRLF (section 2.1).
enum ProxyHeaderV1 {
    static let signature: StaticString = "PROXY "
    /// The longest line, in bytes with CRLF.
    private static let maxSize = 107

    /// Reads a header whose beginning has the signature, as far as it has come.
    ///
    /// - Returns: nil while it is not complete.
    static func read(_ stream: Span<UInt8>) throws(MessageError) -> ProxyHeader? {
        let line = stream.extracting(first: maxSize)
        var end = 0
        while end < line.count, line[end] != UInt8(ascii: "\n") { end += 1 }
        guard end < line.count else {
            guard line.count < maxSize else {
                throw MessageError("a PROXY line of more than \(maxSize) bytes")
            }
            return nil
        }
        guard end > signature.utf8CodeUnitCount, line[end - 1] == UInt8(ascii: "\r") else {
            throw MessageError("a PROXY line that does not end with CRLF")
        }
        let client = try client(of: line.extracting(signature.utf8CodeUnitCount..<end - 1))
        return ProxyHeader(size: end + 1, client: client)
    }

    /// Reads what follows the signature.
    private static func client(of line: Span<UInt8>) throws(MessageError) -> ProxyHeader.Client? {
        var fields: [Range<Int>] = []
        var start = 0
        for index in 0...line.count where index == line.count || line[index] == UInt8(ascii: " ") {
            fields.append(start..<index)
            start = index + 1
        }
        let family = line.extracting(fields[0])
        // Whatever follows is ignored.
        if family.isEqual(to: "UNKNOWN") { return nil }
        guard fields.count == 5 else { throw MessageError("a PROXY line of \(fields.count + 1) fields, not 6") }
        guard let port = Self.port(line.extracting(fields[3])), Self.port(line.extracting(fields[4])) != nil else {
            throw MessageError("a PROXY line with a port that is not a number from 0 to 65535")
        }
        let (source, destination) = (line.extracting(fields[1]), line.extracting(fields[2]))
        if family.isEqual(to: "TCP4"), let source = ipv4(source), ipv4(destination) != nil {
            return .ipv4(source, port: port)
        }
        if family.isEqual(to: "TCP6"), let source = ipv6(source), ipv6(destination) != nil {
            return .ipv6(source.0, source.1, port: port)
        }
        throw MessageError("a PROXY line that is not UNKNOWN, or TCP4 or TCP6 with two such addresses")
    }

    /// A port without zeros in front.
    private static func port(_ text: Span<UInt8>) -> UInt16? {
        guard text.count <= 5, let value = ASCII.integer(text, 0..<text.count) else { return nil }
        guard text[0] != UInt8(ascii: "0") || text.count == 1 else { return nil }
        return UInt16(exactly: value)
    }

    private static func ipv4(_ text: Span<UInt8>) -> UInt32? {
        var address = in_addr()
        guard let text = cString(text), inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return UInt32(bigEndian: address.s_addr)
    }

    private static func ipv6(_ text: Span<UInt8>) -> (UInt64, UInt64)? {
        // Two words have the size of an in6_addr.
        var address: (UInt64, UInt64) = (0, 0)
        guard let text = cString(text), inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return (UInt64(bigEndian: address.0), UInt64(bigEndian: address.1))
    }

    /// The text with a NUL; nil where it has one, or is longer than an address (39 characters).
    private static func cString(_ text: Span<UInt8>) -> [CChar]? {
        guard text.count < Int(INET6_ADDRSTRLEN) else { return nil }
        var characters: [CChar] = []
        for index in 0..<text.count {
            guard text[index] != 0 else { return nil }
            characters.append(CChar(bitPattern: text[index]))
        }
        return characters + [0]
    }
}
