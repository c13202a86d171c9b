package import LogRecords

/// A response that ends its connection (RFC 9110, RFC 9112).
package struct HTTPResponse: Sendable {
    private let status: Int
    private let contentType: StaticString
    private let body: [UInt8]

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - status: the status code.
    ///   - contentType: of the body.
    ///   - body: the content.
    package init(status: Int = 200, contentType: StaticString = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// Makes the response to a request that is refused: the reason as a line of text.
    package init(_ refusal: HTTPRequest.Refusal) {
        self.init(status: refusal.status, body: Array((refusal.reason + "\n").utf8))
    }

    /// Returns the bytes to send, without the body, but with its length, where the request is HEAD.
    package func bytes(isHead: Bool, at now: WallTime) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + body.count)
        bytes.append("HTTP/1.1 ")
        bytes.append(decimal: status)
        bytes.append(UInt8(ascii: " "))
        bytes.append(reasonPhrase)
        bytes.append("\r\nDate: ")
        HTTPDate.append(now, to: &bytes)
        bytes.append("\r\nContent-Type: ")
        bytes.append(contentType)
        bytes.append("\r\nContent-Length: ")
        bytes.append(decimal: body.count)
        // A method that is not allowed has to learn of those that are (RFC 9110, section 15.5.6).
        if status == 405 { bytes.append("\r\nAllow: GET, HEAD") }
        bytes.append("\r\nConnection: close\r\n\r\n")
        if !isHead { bytes.append(contentsOf: body) }
        return bytes
    }

    private var reasonPhrase: StaticString {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 414: "URI Too Long"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Error"
        }
    }
}
