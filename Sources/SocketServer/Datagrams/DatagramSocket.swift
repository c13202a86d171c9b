/// A bound datagram socket and what it speaks.
package struct DatagramSocket: Sendable {
    package let name: String
    package let spoken: any SocketProtocol
    package let descriptor: Int32
    /// Whether nobody else reads what we leave unread.
    package let isOurs: Bool
    /// How many bytes of one log message are kept.
    package let messageLimit: Int

    package init(name: String, spoken: any SocketProtocol, descriptor: Int32, isOurs: Bool, messageLimit: Int = 1 << 20)
    {
        self.name = name
        self.spoken = spoken
        self.descriptor = descriptor
        self.isOurs = isOurs
        self.messageLimit = messageLimit
    }
}
