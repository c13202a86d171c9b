import CSystemd
import Glibc
import LogFormats
import LogRecords

/// What a connection does that takes in messages.
extension StreamConnection {
    /// What a peer may send bit by bit is one message; without more for so long it is over.
    private static let settleTime = Duration.milliseconds(250)
    /// What takes the place of a reset where the kernel has none: negative acknowledge.
    private static let refusal: [UInt8] = [0x15]

    /// Has the kernel look after a peer that vanished: a connection may well be silent for hours.
    func watchPeer() {
        guard case .internet = origin.peer else { return }
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Takes the messages out of received bytes and records them.
    func takeMessages(in input: Span<UInt8>) {
        var index = 0
        handleMessages(input) { $0.next(in: input, from: &index) }
    }

    /// Nothing more is there for now.
    func pauseMessages() {
        guard intake != nil, machine.state == .receiving else { return }
        handleMessages(Span()) { $0.pause() }
        let isHolding = intake?.framing.held.isEmpty == false
        intake?.isUnsettled = isHolding
    }

    /// Nothing more has come for a while.
    func settleMessages() {
        guard intake?.isUnsettled == true, !mayReceive, loop.now - lastActivity >= Self.settleTime else { return }
        handleMessages(Span()) { $0.settle() }
        intake?.isUnsettled = false
    }

    /// Nothing comes any more: what was begun counts.
    func endMessages() {
        guard intake != nil, machine.state == .receiving else { return }
        handleMessages(Span()) { $0.end() }
    }

    /// Gives up what is held.
    func releaseHeld() {
        guard let intake else { return }
        loop.heldBytes &-= intake.heldBytes
        self.intake = nil
    }

    /// Tells a peer on a Unix socket, where a reset looks like an orderly end.
    ///
    /// Somebody who waits for the end of the stream finds something else; a log handler does not read, and is told by
    /// its next write in any case.
    func signalRefusal() {
        if case .internet = origin.peer { return }
        // The pointer does not leave the call.
        _ = Self.refusal.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    // MARK: -

    private func handleMessages(_ input: Span<UInt8>, _ next: (inout any Framing) -> FramingEvent?) {
        // Moved out, so that it is used where it is; nothing below asks for it.
        guard var intake = self.intake.take() else { return }
        let reception = loop.reception()
        let position = recorder.position
        var isBroken = false
        while !isBroken, let event = next(&intake.framing) {
            switch event {
            case .frame(let frame):
                switch frame.place {
                case .input(let range):
                    record(input.extracting(range), frame.length, intake.format, reception)
                case .held(let range):
                    let held = intake.framing.held
                    record(held.span.extracting(range), frame.length, intake.format, reception)
                }
            case .refused(let frame, let fault):
                refuse(frame, input, intake.framing, fault)
            case .broken(let frame, let fault):
                refuse(frame, input, intake.framing, fault)
                isBroken = true
            }
        }
        if !isBroken, !account(for: &intake) {
            let fault = MessageFault("unfinished messages take more than \(SocketLoop.heldLimit) bytes of memory")
            refuse(intake.framing.held.span, intake.framing.held.count, fault)
            isBroken = true
        }
        self.intake = intake
        if recorder.position != position { lastPosition = recorder.position }
        if isBroken { perform(machine.broken()) }
    }

    private func record(_ message: Span<UInt8>, _ length: Int, _ format: LogFormat, _ reception: Reception) {
        do throws(MessageFault) {
            try loop.record(message, length: length, as: format, from: origin, by: self, reception)
        } catch {
            refuse(message, length, error)
        }
    }

    private func refuse(_ frame: Frame, _ input: Span<UInt8>, _ framing: any Framing, _ fault: MessageFault) {
        switch frame.place {
        case .input(let range):
            refuse(input.extracting(range), frame.length, fault)
        case .held(let range):
            let held = framing.held
            refuse(held.span.extracting(range), frame.length, fault)
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
