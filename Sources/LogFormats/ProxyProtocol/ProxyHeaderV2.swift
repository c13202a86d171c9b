import LogRecords

/// Version 2, binary: signature, version and command, family, length, addresses, TLVs (section 2.2).
enum ProxyHeaderV2 {
    static let signature: StaticString = "\r\n\r\n\0\r\nQUIT\n"
    /// The size of what comes before the addresses.
    private static let fixedSize = 16
    private static let typeCRC32C: UInt8 = 3

    /// Reads a header whose beginning has the signature, as far as it has come.
    ///
    /// - Returns: nil while it is not complete.
    static func read(_ stream: Span<UInt8>) throws(MessageError) -> ProxyHeader? {
        guard stream.count >= fixedSize else { return nil }
        let (version, family) = (stream[12], stream[13])
        // LOCAL, of the proxy's own accord, or PROXY.
        guard version == 0x20 || version == 0x21 else {
            throw MessageError("a PROXY header of version and command 0x\(String(version, radix: 16))")
        }
        guard family >> 4 <= 3, family & 15 <= 2 else {
            throw MessageError("a PROXY header of family 0x\(String(family, radix: 16))")
        }
        let length = uint16(stream, 14)
        let size = fixedSize + length
        guard size <= ProxyHeader.maxSize else {
            throw MessageError("a PROXY header of \(size) bytes; at most \(ProxyHeader.maxSize) are read")
        }
        guard stream.count >= size else { return nil }
        let header = stream.extracting(first: size)
        let addresses = fixedSize + addressSize(family >> 4)
        let isLocal = version == 0x20
        guard addresses <= size else {
            guard isLocal else { throw MessageError("a PROXY header that is shorter than its addresses") }
            return ProxyHeader(size: size, client: nil)
        }
        try checkTLVs(of: header, from: addresses)
        return ProxyHeader(size: size, client: isLocal ? nil : client(of: header, family >> 4))
    }

    private static func addressSize(_ family: UInt8) -> Int {
        switch family {
        case 1: 12
        case 2: 36
        case 3: 216
        default: 0
        }
    }

    /// The source; nil for Unix sockets of the proxy's host, and unspecified ones.
    private static func client(of header: Span<UInt8>, _ family: UInt8) -> ProxyHeader.Client? {
        switch family {
        case 1:
            let address = UInt32(uint16(header, 16)) << 16 | UInt32(uint16(header, 18))
            return .ipv4(address, port: UInt16(uint16(header, 24)))
        case 2:
            return .ipv6(uint64(header, 16), uint64(header, 24), port: UInt16(uint16(header, 48)))
        default:
            return nil
        }
    }

    /// Skips the TLVs, and checks the checksum where there is one (section 2.2.3).
    private static func checkTLVs(of header: Span<UInt8>, from start: Int) throws(MessageError) {
        var index = start
        while index < header.count {
            guard header.count - index >= 3 else { throw MessageError("a PROXY header that ends within a TLV") }
            let (type, length) = (header[index], uint16(header, index + 1))
            index += 3
            guard header.count - index >= length else {
                throw MessageError("a PROXY header that ends within a TLV")
            }
            if type == typeCRC32C {
                guard length == 4, checksum(of: header, without: index) == uint32(header, index) else {
                    throw MessageError("a PROXY header with a wrong checksum")
                }
            }
            index += length
        }
    }

    /// The checksum of the header with four zeros at its own place.
    private static func checksum(of header: Span<UInt8>, without place: Int) -> UInt32 {
        var checksum = CRC32C()
        for index in 0..<header.count {
            checksum.add((place..<place + 4).contains(index) ? 0 : header[index])
        }
        return checksum.value
    }

    private static func uint16(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        Int(bytes[index]) << 8 | Int(bytes[index + 1])
    }

    private static func uint32(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
        UInt32(uint16(bytes, index)) << 16 | UInt32(uint16(bytes, index + 2))
    }

    private static func uint64(_ bytes: Span<UInt8>, _ index: Int) -> UInt64 {
        UInt64(uint32(bytes, index)) << 32 | UInt64(uint32(bytes, index + 4))
    }
}
