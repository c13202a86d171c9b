import LogFormats

/// What is read at the beginning of a stream, and its promises: a decision does not change as more comes.
enum HeadCheck {
    private enum Outcome: Equatable {
        case incomplete
        case refused(String)
        case read(String)
    }

    static func proxyHeader(_ data: [UInt8]) throws(FuzzFault) {
        try check(data, maxSize: ProxyHeader.maxSize) { stream in
            do throws(MessageError) {
                guard let header = try ProxyHeader(startOf: stream.span) else { return .incomplete }
                return .read(header.size <= stream.count ? "\(header)" : "beyond its input")
            } catch {
                return .refused(error.reason)
            }
        }
    }

    static func httpRequest(_ data: [UInt8]) throws(FuzzFault) {
        try check(data, maxSize: HTTPRequest.maxSize) { stream in
            do throws(HTTPRequest.Refusal) {
                guard let request = try HTTPRequest(startOf: stream.span) else { return .incomplete }
                return .read("\(request)")
            } catch {
                return .refused("\(error.status) \(error.reason)")
            }
        }
    }

    private static func check(
        _ data: [UInt8],
        maxSize: Int,
        _ read: ([UInt8]) -> Outcome
    ) throws(FuzzFault) {
        var input = FuzzInput(data)
        let seed = input.number()
        let stream = Array(input.rest)
        let whole = read(stream)
        try FuzzFault.expect(whole != .incomplete || stream.count < maxSize, "more is waited for than may be")
        try FuzzFault.expect(whole != .read("beyond its input"), "a head is longer than the stream")
        var count = 0
        for piece in input.pieces(seed: seed).prefix(64) {
            count += piece.count
            let outcome = read(Array(stream.prefix(count)))
            guard outcome != .incomplete else { continue }
            try FuzzFault.expect(outcome == whole, "\(outcome) becomes \(whole)")
        }
    }
}
