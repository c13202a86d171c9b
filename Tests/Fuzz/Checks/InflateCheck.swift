import CZlib
import LogFormats

/// Inflating, compared with zlib's result for the same bytes in one call.
enum InflateCheck {
    private static let limit = 1 << 17

    static func check(_ data: [UInt8]) throws(FuzzFault) {
        let inflater = Inflater(limit: limit)
        let first = result(data, inflater)
        _ = result(Array(data.prefix(data.count / 2)), inflater)
        try FuzzFault.expect(result(data, inflater) == first, "the same bytes inflate to something else")
        if let first { try FuzzFault.expect(first.count <= limit, "more than the limit came out") }
        guard data.count >= 2, data[0] == 0x78, Inflater.isCompressed(data.span) else { return }
        try FuzzFault.expect(reference(data) == first, "zlib inflates to something else")
    }

    private static func result(_ data: [UInt8], _ inflater: Inflater) -> [UInt8]? {
        var output: [UInt8] = []
        do {
            try inflater.inflate(data.span, into: &output)
            return output
        } catch {
            return nil
        }
    }

    private static func reference(_ data: [UInt8]) -> [UInt8]? {
        let most = min(limit, 100 * data.count + 65_536)
        var output = [UInt8](repeating: 0, count: most)
        var count = UInt(most)
        var used = UInt(data.count)
        let status = uncompress2(&output, &count, data, &used)
        return status == Z_OK && used == data.count ? Array(output.prefix(Int(count))) : nil
    }
}
