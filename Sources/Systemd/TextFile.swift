import Glibc

/// Small files of the kernel.
enum TextFile {
    private static let limit = 16 * 1024

    /// The first 16 KiB of a file, as text; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var size = 0
        while size < limit {
            // At most as many bytes as are left.
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: size), limit - size)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            size += count
        }
        return String(decoding: bytes[..<size], as: UTF8.self)
    }
}
