import TLS
import Testing

@testable import Daemon

@Suite struct CertificateNoticeTests {
    private static let day = 86_400
    private let validity = CertificateValidity(begins: 0, ends: 100 * day)

    @Test func endIsAnnouncedOnceThirtyDaysBefore() {
        var notice = CertificateNotice()
        #expect(notice.take(of: validity, at: 70 * Self.day - 1) == nil)
        #expect(notice.take(of: validity, at: 70 * Self.day) == "certificate ends in 30 days, on 1970-04-11")
        #expect(notice.take(of: validity, at: 71 * Self.day) == nil)
        #expect(notice.take(of: validity, at: 100 * Self.day + 1) == "certificate has expired on 1970-04-11")
        #expect(notice.take(of: validity, at: 101 * Self.day) == nil)
    }

    @Test func certificateThatWasEarlyIsAnnouncedWhenItEnds() {
        var notice = CertificateNotice()
        #expect(notice.take(of: validity, at: -1) == "certificate is not valid yet")
        #expect(notice.take(of: validity, at: -1) == nil)
        #expect(notice.take(of: validity, at: 1) == nil)
        #expect(notice.take(of: validity, at: 100 * Self.day + 1) == "certificate has expired on 1970-04-11")
    }

    @Test func timeOfOneDayIsOneDay() {
        #expect(CertificateNotice.text(of: validity, at: 99 * Self.day) == "certificate ends in 1 day, on 1970-04-11")
        #expect(CertificateNotice.text(of: validity, at: -1) == "certificate is not valid yet")
    }
}
