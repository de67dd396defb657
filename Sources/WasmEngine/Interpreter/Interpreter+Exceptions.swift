internal import Wasm

extension Interpreter {
    /// Runs one instruction of the group: `throw`, `throw_ref` and `rethrow`. They always end the
    /// loop; ``run(entry:slots:headerSlot:context:state:)`` then looks for a handler.
    ///
    /// Words: {op, -, b: first operand}, {opcode}, {tag}.
    @inline(never)
    static func exceptionGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        guard code.u16(8) == Int(Opcode.throw.rawValue) else {
            guard frame[code.b] != 0 else { return .nullReference }
            unsafe context.pointee.state.pointee.exception = frame[code.b]
            return .uncaughtException
        }
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        let tag = instance.tags[Int(code.u32(16))]
        let place = unsafe RunningPlace(code: code.address, frame: frame, context: context)
        do throws(Trap) {
            try instance.store.setException(tag, payload: frame.from(code.b), at: place)
            return .uncaughtException
        } catch {
            instance.store.pendingTrap = error
            return .pending
        }
    }

    /// Where a run goes on after an exception was thrown.
    @safe
    struct Landing {
        var code: Code
        var frame: Slots
        var context: UnsafeMutablePointer<InstanceContext>
    }

    /// Looks for the handler of the exception being thrown, from where the state says that the run
    /// stopped outwards to the call from the host, and gives it what it catches.
    @inline(never)
    static func findHandler(_ state: UnsafeMutablePointer<ExecutionState>) -> Landing? {
        let store = unsafe state.pointee.store.takeUnretainedValue()
        let exception = unsafe state.pointee.exception
        var walk = unsafe StackWalk(state)
        while let frame = walk.next() {
            guard let handler = frame.handler(of: exception, in: store) else { continue }
            guard let address = unsafe frame.place.address(ofWord: Int(handler.target)) else {
                continue
            }
            store.deliver(exception, to: handler, in: frame.slots)
            return unsafe Landing(
                code: Code(address), frame: frame.slots, context: frame.context)
        }
        return nil
    }
}

extension StackWalk.Frame {
    /// The handler of this frame that catches an exception thrown in it.
    fileprivate func handler(of exception: UInt64, in store: Store) -> ExceptionHandler? {
        if place.handlers.isEmpty { return nil }
        // A caller stands behind its call.
        let word = UInt32(isInnermost ? place.word : place.word - 1)
        let tag = store.tagBits(of: exception)
        var limit = UInt32.max
        for handler in place.handlers
        where handler.guarded.contains(word) && handler.depth <= limit {
            switch handler.kind {
            case .delegate: limit = handler.limit
            case .all: return handler
            case .tag:
                if instance.tags[Int(handler.tag)].bits == tag { return handler }
            }
        }
        return nil
    }
}
