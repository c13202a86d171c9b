package import LogFormats

/// Takes in log messages of one format, and writes nothing to who sends them: stock log handlers do not read.
package struct IntakeProtocol: SocketProtocol {
    package let format: LogFormat?
    package let name: String
    package let receiveLimit = SocketLoop.receiveBytes
    package let repliesOnce = false

    package init(_ format: LogFormat) {
        self.format = format
        name = format.rawValue
    }

    package func reply(to received: Span<UInt8>) -> [UInt8]? {
        nil
    }
}
