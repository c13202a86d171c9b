import BenchSupport
import Glibc

/// How many datagrams are sent a second, and into which receive buffer.
struct DatagramRate {
    private static let defaultMark = "/default"
    /// What servers ask for; the kernel gives twice as much.
    private static let wantedBuffer = 4 << 20

    let perSecond: Int
    /// Whether servers get no more than a program without privileges (net.core.rmem_max).
    let hasDefaultBuffer: Bool

    /// - Parameter text: a number, and `/default` for the default buffer; nil for anything else.
    init?(_ text: String) {
        hasDefaultBuffer = text.hasSuffix(Self.defaultMark)
        guard let number = Int(hasDefaultBuffer ? String(text.dropLast(Self.defaultMark.count)) : text),
            (1...1_000_000).contains(number)
        else { return nil }
        perSecond = number
    }

    var summary: String { "\(perSecond) a second, receive buffer \(hasDefaultBuffer ? "as by default" : "of 4 MiB")" }

    /// The words before a server's command: a program without this capability gets no larger buffer.
    var commandPrefix: [String] {
        hasDefaultBuffer && geteuid() == 0 ? ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"] : []
    }

    /// Why it cannot be measured; nil where it can.
    var obstacle: String? {
        guard !hasDefaultBuffer, geteuid() != 0 else { return nil }
        let limit = (try? Proc.text("/proc/sys/net/core/rmem_max")).flatMap { Int($0.prefix { $0 != "\n" }) } ?? 0
        return limit >= Self.wantedBuffer ? nil : "a receive buffer of 4 MiB needs root, or net.core.rmem_max"
    }
}
