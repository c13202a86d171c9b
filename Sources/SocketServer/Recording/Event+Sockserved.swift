package import LogRecords

/// The daemon's events.
///
/// Their ids are fixed for good: filters and alerts of others name them. `packaging/sockserved.catalog` explains each.
extension Event {
    /// A client's connection was accepted.
    package static let connectionEstablished = Event(
        name: "connection-established",
        messageID: "fc8c7b4124c74f3e87d9e505087b7eeb"
    )
    /// A connection of an earlier process goes on.
    package static let connectionResumed = Event(
        name: "connection-resumed",
        messageID: "92dd84ac70af42d8ac458e49920d0c0b"
    )
    /// Connections were kept for the next process.
    package static let connectionsKept = Event(name: "connections-kept", messageID: "1e98188c34a44743b8260562d50e8857")
    /// Connections of an earlier process could not go on.
    package static let connectionsReset = Event(
        name: "connections-reset",
        messageID: "a84af62d130e4daa8aad5924f105b5b8"
    )
    /// A client's data was received.
    package static let dataReceived = Event(name: "data-received", messageID: "335104cb232640a2944fd09fe3f781c8")
    /// Data was sent to a client.
    package static let dataSent = Event(name: "data-sent", messageID: "74ab1e59c08348429d8017ec76438b78")
    /// A connection ended in an orderly way, or the daemon ended it.
    package static let connectionClosed = Event(
        name: "connection-closed",
        messageID: "b8e1c16680f44c89a57c59284b710968"
    )
    /// A connection broke.
    package static let connectionLost = Event(name: "connection-lost", messageID: "d1fee3c9f6054a04921209764fc5fa9c")
    /// A client sent nothing for the idle timeout.
    package static let connectionTimedOut = Event(
        name: "connection-timed-out",
        messageID: "6a516ef957e64e70b1db83afbff68ab2"
    )
    /// The kernel dropped datagrams, their queue being full.
    package static let datagramsDropped = Event(
        name: "datagrams-dropped",
        messageID: "b5a8e798163a4975b84dc36aa045a014"
    )
    /// A datagram was not replied to, for safety.
    package static let replyWithheld = Event(name: "reply-withheld", messageID: "276d1d8ddfd043e4ab1466c91d2cca2a")
    /// A connection was closed at once, as its source has as many as it may.
    package static let connectionRefused = Event(
        name: "connection-refused",
        messageID: "d0d9f7950cf94cffb79378f7551897f5"
    )
    /// A source that sends more than it may is not read for a while.
    package static let sourceSlowed = Event(name: "source-slowed", messageID: "9a0a51b6d4f54e699a67b9fce79287d7")
    /// A listener accepts.
    package static let listenerStarted = Event(name: "listener-started", messageID: "fac3eba7e33a4b9a8164077e9c24678a")
    /// A configured address was not opened, since systemd passed in a socket of the listener's name.
    package static let listenerAddressIgnored = Event(
        name: "listener-address-ignored",
        messageID: "7fe64204921b4e49a56715f771f8c95d"
    )
    /// A connection could not be accepted.
    package static let acceptFailed = Event(name: "accept-failed", messageID: "1a48f7b3d70a44b5bde208cfacf62032")
    /// Every listener accepts.
    package static let daemonStarted = Event(name: "daemon-started", messageID: "51816f8efb3d41b0b3ebeb208f29758c")
    /// The daemon stops, by a signal or for want of connections.
    package static let daemonStopping = Event(name: "daemon-stopping", messageID: "90f5b70c515345bebc05d3f224ef6f10")
    /// A changed configuration is in force.
    package static let configurationReloaded = Event(
        name: "configuration-reloaded",
        messageID: "363c328a06fc446cb1f5469cfb698f5e"
    )
    /// A changed configuration has an error, and the old one stays.
    package static let configurationRejected = Event(
        name: "configuration-rejected",
        messageID: "924ee1aa9bd044858e585fbac79f9a53"
    )
    /// Records cannot be written for now, and wait.
    package static let backendFailed = Event(name: "backend-failed", messageID: "0151c4b647624df9a3b5b878a518867c")
    /// Records are written again.
    package static let backendRecovered = Event(
        name: "backend-recovered",
        messageID: "8c829d4dbde848e396f87adc1e55b7be"
    )
    /// journald may drop records, as the rate limit of the daemon's unit is in force.
    package static let journalRateLimited = Event(
        name: "journal-rate-limited",
        messageID: "99a88fb2308e4dde867eaaf82521e8dd"
    )
    /// Records could not be kept.
    package static let recordsLost = Event(name: "records-lost", messageID: "e8b8299666f3494e84dbd6acdab91857")
    /// The numbers of all messages since the start, by outcome.
    package static let statistics = Event(name: "statistics", messageID: "121ac36409624fe987721acc97c40f62")
    /// Records of the daemon came back to it, as messages.
    package static let recordsReturned = Event(
        name: "records-returned",
        messageID: "7a25207a986c4e8bb6514fde74ac6486"
    )
    /// A client's message could not be read.
    package static let messageRefused = Event(name: "message-refused", messageID: "78658d985e5f429da996f42acb13175a")
    /// A TLS handshake with a client failed.
    package static let handshakeFailed = Event(
        name: "tls-handshake-failed",
        messageID: "df8ec14dfa244036970b396255d18905"
    )
    /// The certificate of a listener ends soon, or has ended.
    package static let certificateEnds = Event(
        name: "tls-certificate-ends",
        messageID: "8e33c8f5277540b6b30e7d362628a778"
    )
    /// The certificate of a listener could not be read again, and the old one stays.
    package static let certificateRejected = Event(
        name: "tls-certificate-rejected",
        messageID: "dc95de39903d4be7b3f50a50c27543a8"
    )
}
