import LogRecords

/// Some of the known keys.
struct KeySet {
    private var bits: UInt64 = 0

    /// - Returns: whether the key was not there yet.
    mutating func insert(_ key: FieldKey) -> Bool {
        let bit: UInt64 = 1 &<< UInt64(key.rawValue)
        defer { bits |= bit }
        return bits & bit == 0
    }
}
