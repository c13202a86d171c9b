/// Writes numbers and byte strings one after the other, numbers little-endian, byte strings after their length.
struct StateWriter {
    var bytes: [UInt8] = []

    mutating func write(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ string: [UInt8]) {
        write(UInt32(clamping: string.count))
        bytes.append(contentsOf: string)
    }
}

/// Reads what a `StateWriter` has written, and trusts none of it.
struct StateReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func read<Number: FixedWidthInteger>() throws(StateError) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - index >= size else { throw .malformed }
        // The bytes are there, as checked above, and any bytes are a number.
        let number = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: Number.self) }
        index += size
        return Number(littleEndian: number)
    }

    mutating func readBytes(atMost limit: Int) throws(StateError) -> [UInt8] {
        let count = Int(try read() as UInt32)
        guard count <= limit, count <= bytes.count - index else { throw .malformed }
        defer { index += count }
        return Array(bytes[index..<index + count])
    }

    mutating func readText(atMost limit: Int) throws(StateError) -> String {
        guard let text = String(validating: try readBytes(atMost: limit), as: UTF8.self) else { throw .malformed }
        return text
    }
}
