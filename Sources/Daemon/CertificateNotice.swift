import TLS

/// Says when a certificate ends soon, has ended, or does not hold yet; once each.
struct CertificateNotice {
    /// How many seconds before its end a certificate ends soon: 30 days.
    static let time = 30 * 86_400

    private var hasSaidSoon = false
    private var hasSaidFault = false

    /// Takes what is to be recorded now; nil for nothing.
    mutating func take(of validity: CertificateValidity, at now: Int) -> String? {
        let isFault = validity.fault(at: now) != nil
        guard let text = Self.text(of: validity, at: now), !(isFault ? hasSaidFault : hasSaidSoon) else { return nil }
        if isFault { hasSaidFault = true } else { hasSaidSoon = true }
        return text
    }

    /// What is to be said of a certificate at a time; nil while it is good for more than 30 days.
    static func text(of validity: CertificateValidity, at now: Int) -> String? {
        if now > validity.ends { return "certificate has expired on \(validity.endDate)" }
        if now < validity.begins { return "certificate is not valid yet" }
        let days = (validity.ends - now) / 86_400
        guard validity.ends - now <= time else { return nil }
        return "certificate ends in \(days) \(days == 1 ? "day" : "days"), on \(validity.endDate)"
    }
}
