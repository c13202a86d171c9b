import Glibc

/// Reads small files of the kernel.
package enum TextFile {
    private static let limit = 16 * 1024

    /// Returns the first 16 KiB of a file as text; nil when it cannot be read.
    package static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var size = 0
        while size < limit {
            // At most the free bytes of the buffer.
            let count = bytes.withUnsafeMutableBytes { buffer in
                retrying { Glibc.read(descriptor, buffer.baseAddress?.advanced(by: size), limit - size) }
            }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            size += count
        }
        return String(decoding: bytes[..<size], as: UTF8.self)
    }
}
