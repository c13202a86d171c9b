import CLinux
import Glibc
import Linux
import LogFormats
import LogRecords

/// What a connection does that takes in messages.
extension StreamConnection {
    /// What a peer may send bit by bit is one message; without more for so long it is over.
    private static let settleTime = Duration.milliseconds(250)

    /// Has the kernel look after a peer that vanished: a connection may well be silent for hours.
    func watchPeer() {
        guard case .internet = origin.peer else { return }
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Takes the messages out of received bytes and records them.
    func takeMessages(in input: Span<UInt8>) {
        handleMessages(input, .next)
    }

    /// Nothing more is there for now.
    func pauseMessages() {
        guard intake != nil, machine.state == .receiving else { return }
        handleMessages(Span(), .pause)
        let isHolding = intake?.framing.held.isEmpty == false
        intake?.isUnsettled = isHolding
    }

    /// Nothing more has come for a while.
    func settleMessages() {
        guard intake?.isUnsettled == true, !mayReceive, loop.now - lastActivity >= Self.settleTime else { return }
        handleMessages(Span(), .settle)
        intake?.isUnsettled = false
    }

    /// Nothing comes any more: what was begun counts.
    func endMessages() {
        guard intake != nil, machine.state == .receiving else { return }
        handleMessages(Span(), .end)
    }

    /// Gives up what is held.
    func releaseHeld() {
        guard let intake else { return }
        loop.heldBytes &-= intake.heldBytes
        self.intake = nil
    }

    // MARK: the end that says that all is recorded

    /// Whether a byte is left with the kernel: what SO_LINGER does for TCP.
    var withholds: Bool {
        if case .internet = origin.peer { return false }
        return listener.spoken.format != nil
    }

    /// Makes every end of the connection a reset for the peer until `confirm`, also that by a kill of this process.
    func beginUnconfirmed() {
        if !withholds { setLinger(1) }
    }

    /// Lets the end be an orderly one.
    func confirm() {
        if !withholds { setLinger(0) }
        guard isWithholding else { return }
        isWithholding = false
        var byte: UInt8 = 0
        recv(socket, &byte, 1, 0)
    }

    /// Receives from a Unix socket, but leaves the last byte with the kernel: closed with unread data, whoever closes
    /// it, the connection is reset (ECONNRESET) rather than ended.
    ///
    /// - Returns: how many bytes there are besides the one that was left before, which is the first in the loop's
    ///   buffer; 0 at the end of the stream; -1 as recv(2).
    func receiveButOne(_ limit: Int) -> Int {
        let count = recv(socket, loop.buffer.baseAddress, limit, Int32(MSG_PEEK))
        guard count > 0 else { return count }
        if isWithholding, count == 1 {
            guard !hasPeerEnded else { return 0 }
            errno = EAGAIN
            return -1
        }
        let taken = count > 1 ? recv(socket, loop.buffer.baseAddress, count - 1, 0) : 0
        guard taken == count - 1 else { return -1 }
        defer { isWithholding = true }
        return isWithholding ? count - 1 : count
    }

    private func setLinger(_ isOn: Int32) {
        var value = linger(l_onoff: isOn, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    // MARK: -

    /// What a framing is asked for.
    private enum Step {
        case next, pause, settle, end
    }

    private func handleMessages(_ input: Span<UInt8>, _ step: Step) {
        // Moved out, so that it is used where it is; nothing below asks for it.
        guard var intake = self.intake.take() else { return }
        let position = recorder.position
        var isBroken = handle(&intake.framing, intake.format, input, step)
        if !isBroken, !account(for: &intake) {
            let fault = MessageFault("unfinished messages take more than \(SocketLoop.heldLimit) bytes of memory")
            refuse(intake.framing.held.span, intake.framing.held.count, fault)
            isBroken = true
        }
        self.intake = intake
        if recorder.position != position { lastPosition = recorder.position }
        if isBroken { perform(machine.broken()) }
    }

    /// Takes all messages that there are; generic, so that the framing is unpacked once and not for each of them.
    ///
    /// - Returns: whether the stream makes no sense from here on.
    private func handle(
        _ framing: inout some Framing,
        _ format: LogFormat,
        _ input: Span<UInt8>,
        _ step: Step
    ) -> Bool {
        let reception = loop.reception()
        var index = 0
        while true {
            let event =
                switch step {
                case .next: framing.next(in: input, from: &index)
                case .pause: framing.pause()
                case .settle: framing.settle()
                case .end: framing.end()
                }
            switch event {
            case .frame(let frame):
                switch frame.place {
                case .input(let range):
                    record(input.extracting(range), frame.length, format, reception)
                case .held(let range):
                    let held = framing.held
                    record(held.span.extracting(range), frame.length, format, reception)
                }
            case .refused(let frame, let fault):
                refuse(frame, input, framing.held, fault)
            case .broken(let frame, let fault):
                refuse(frame, input, framing.held, fault)
                return true
            case nil:
                return false
            }
        }
    }

    private func record(_ message: Span<UInt8>, _ length: Int, _ format: LogFormat, _ reception: Reception) {
        do throws(MessageFault) {
            try loop.record(message, length: length, as: format, from: origin, by: self, reception)
        } catch {
            refuse(message, length, error)
        }
    }

    private func refuse(_ frame: Frame, _ input: Span<UInt8>, _ held: [UInt8], _ fault: MessageFault) {
        switch frame.place {
        case .input(let range): refuse(input.extracting(range), frame.length, fault)
        case .held(let range): refuse(held.span.extracting(range), frame.length, fault)
        }
    }

    private func refuse(_ message: Span<UInt8>, _ length: Int, _ fault: MessageFault) {
        machine.refused()
        loop.refusals.refuse(message, length: length, from: origin, fault)
    }

    /// Brings the loop's account of held bytes up to date.
    ///
    /// - Returns: false when this connection holds more than before, and all together more than they may. Those that
    ///   hold little are not the ones to go.
    private func account(for intake: inout StreamIntake) -> Bool {
        // Memory rather than bytes: that is what there is only so much of.
        let held = intake.framing.held.capacity
        let growth = held &- intake.heldBytes
        intake.heldBytes = held
        loop.heldBytes &+= growth
        return growth <= 0 || held <= SocketLoop.freelyHeld || loop.heldBytes <= SocketLoop.heldLimit
    }
}
