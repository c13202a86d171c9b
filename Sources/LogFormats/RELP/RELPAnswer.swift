import LogRecords

/// The answer to one frame of a RELP session, due when all messages before it are settled.
///
/// librelp's client never sends a message again that was answered by 500. So a message is answered by 200, whatever has
/// become of it, or not at all.
package struct RELPAnswer: Equatable, Sendable {
    enum Kind: Equatable {
        /// The message is settled.
        case received
        case opened
        case closed
        case refusedOpen
        case refusedOffer
        case refusedCommand
    }

    /// Announces that the server closes the connection; the client sends again what is not answered.
    package static let serverClose: StaticString = "0 serverclose 0\n"

    let transaction: UInt32
    let kind: Kind

    /// Whether the session ends with it.
    package var endsSession: Bool {
        switch kind {
        case .received, .opened: false
        case .closed, .refusedOpen, .refusedOffer, .refusedCommand: true
        }
    }

    /// Appends the frame, and the end of the session where it ends.
    package func append(to output: inout [UInt8]) {
        output.append(decimal: transaction)
        output.append(" rsp ")
        let text = text
        output.append(decimal: text.utf8CodeUnitCount)
        if text.utf8CodeUnitCount > 0 { output.append(UInt8(ascii: " ")) }
        output.append(text)
        output.append(UInt8(ascii: "\n"))
        if endsSession { output.append(Self.serverClose) }
    }

    private var text: StaticString {
        switch kind {
        case .received: "200 OK"
        // Without relp_version, the client closes.
        case .opened: "200 OK\nrelp_version=0\nrelp_software=sockserved\ncommands=syslog"
        case .closed: ""
        case .refusedOpen: "500 the session is open"
        case .refusedOffer: "500 the offers must have relp_version, and commands with syslog"
        case .refusedCommand: "500 unknown command"
        }
    }
}
