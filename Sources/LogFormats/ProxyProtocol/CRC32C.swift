/// The checksum of RFC 3720, section 12.1 (Castagnoli), a bit at a time: for a few bytes now and then.
struct CRC32C {
    private static let polynomial: UInt32 = 0x82F6_3B78

    private var register = UInt32.max

    /// The checksum of all bytes that were added.
    var value: UInt32 { ~register }

    mutating func add(_ byte: UInt8) {
        register ^= UInt32(byte)
        for _ in 0..<8 {
            register = register & 1 == 1 ? register >> 1 ^ Self.polynomial : register >> 1
        }
    }
}
