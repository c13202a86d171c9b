import TLS

/// Says when a certificate ends soon, has ended, or does not hold yet; once each.
struct CertificateNotice {
    /// How many seconds before its end a certificate ends soon: 30 days.
    static let time = 30 * 86_400

    /// A state of a certificate that is said.
    private enum State {
        case early
        case endsSoon
        case ended
    }

    /// What was said last.
    private var said: State?

    /// Takes the notice that is due; nil: none is.
    mutating func take(of validity: CertificateValidity, at now: Int) -> String? {
        guard let text = Self.text(of: validity, at: now) else { return nil }
        let state = now > validity.ends ? State.ended : now < validity.begins ? .early : .endsSoon
        guard state != said else { return nil }
        said = state
        return text
    }

    /// The notice about a certificate at a time; nil while it is valid for more than 30 days.
    static func text(of validity: CertificateValidity, at now: Int) -> String? {
        if now > validity.ends { return "certificate has expired on \(validity.endDate)" }
        if now < validity.begins { return "certificate is not valid yet" }
        let days = (validity.ends - now) / 86_400
        guard validity.ends - now <= time else { return nil }
        return "certificate ends in \(days) \(days == 1 ? "day" : "days"), on \(validity.endDate)"
    }
}
