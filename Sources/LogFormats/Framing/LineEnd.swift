import Glibc
import LogRecords

/// Finds the newline or NUL that ends a line.
enum LineEnd {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    /// So far a newline is looked for before a NUL is: lines that end with NUL must not cost more the more they are.
    private static let window = 512

    /// Where the first newline or NUL from `index` on is; the data's end when there is none.
    static func first(in data: Span<UInt8>, from index: Int) -> Int {
        // The pointers do not leave the call, and stay within the data.
        data.withUnsafeBytes { data in
            guard let base = data.baseAddress else { return data.count }
            var index = index
            while index < data.count {
                let start = base + index
                let size = min(window, data.count &- index)
                let line = memchr(start, Int32(newline), size).map { UnsafeRawPointer($0) - start } ?? size
                if let null = memchr(start, 0, line) { return index &+ (UnsafeRawPointer(null) - start) }
                guard line == size else { return index &+ line }
                index &+= size
            }
            return data.count
        }
    }
}
