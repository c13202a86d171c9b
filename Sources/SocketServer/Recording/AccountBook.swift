/// The accounts of one thread, used on that thread only.
final class AccountBook {
    private let metrics: ServerMetrics
    private var changed: [MessageAccount] = []

    init(_ metrics: ServerMetrics) {
        self.metrics = metrics
    }

    /// Opens this thread's account of a listener.
    func open(_ listener: ListenerMetrics) -> MessageAccount {
        metrics.add(listener)
        return MessageAccount(listener, in: self)
    }

    /// Takes note of an account that is to be published.
    func noteChange(of account: MessageAccount) {
        changed.append(account)
    }

    /// Lets other threads see what was counted: once an iteration of the loop costs less than once a message.
    func publish() {
        guard !changed.isEmpty else { return }
        for account in changed { account.publish() }
        changed.removeAll(keepingCapacity: true)
    }
}
