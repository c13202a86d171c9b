import CZlib

/// Compresses as clients do.
enum Deflating {
    /// The size of the window and the wrapping, as deflateInit2 takes them.
    enum Wrapping: Int32 {
        case zlib = 15
        case gzip = 31
        case none = -15
    }

    static func deflate(_ input: [UInt8], _ wrapping: Wrapping = .zlib, level: Int32 = 6) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(&stream, level, Z_DEFLATED, wrapping.rawValue, 8, Z_DEFAULT_STRATEGY, zlibVersion(), size)
                == Z_OK
        else { return [] }
        defer { deflateEnd(&stream) }
        var input = input
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(input.count))))
        var count = 0
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                if CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END { count = output.count - Int(stream.avail_out) }
            }
        }
        return Array(output.prefix(count))
    }
}
