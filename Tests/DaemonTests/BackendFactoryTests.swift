import LogBackends
import Testing

@testable import Daemon

@Suite struct BackendFactoryTests {
    @Test(arguments: BackendKind.allCases) func anExplicitChoiceStaysWhateverTheHostHas(kind: BackendKind) {
        var configuration = Configuration()
        configuration.logBackend = kind
        #expect(BackendFactory.kind(for: configuration) == kind)
        #expect(BackendFactory.make(kind, configuration).summary.hasPrefix(kind.rawValue))
    }

    @Test func withoutAChoiceItIsWhatTheHostPrefers() {
        let configuration = Configuration()
        let host = HostLogs.current(logFile: configuration.logFile)
        #expect(BackendFactory.kind(for: configuration) == host.preferredBackend)
    }
}
