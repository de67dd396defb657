internal import Wasm

/// Exceptions being thrown.
extension Store {
    /// Makes an exception and sets it as the one being thrown.
    ///
    /// - Parameter payload: the values as slots.
    func setException(_ tag: Tag, payload: Slots, at place: RunningPlace?) throws(Trap) {
        let layout = heap.layout(tag.typeNumber)
        let made = makeObject(
            .exception(tag.typeNumber), byteCount: UInt64(layout.byteCount), at: place)
        guard let made else { throw heapExhausted }
        let object = unsafe heap.state.pointee.address(made)
        // SAFETY: the object was made with room for the tag and the payload's slots.
        unsafe object.storeBytes(
            of: tag.bits, toByteOffset: HeapException.tagOffset, as: UInt64.self)
        let byteCount = layout.byteCount - HeapException.payloadOffset
        unsafe (object + HeapException.payloadOffset)
            .copyMemory(from: payload.base, byteCount: byteCount)
        unsafe state.pointee.exception = made
    }

    /// What stands for an exception's tag.
    func tagBits(of exception: UInt64) -> UInt64 {
        // SAFETY: exceptions carry their tag there.
        unsafe heap.state.pointee.address(exception)
            .load(fromByteOffset: HeapException.tagOffset, as: UInt64.self)
    }

    /// Writes what a handler wants of an exception to its frame; the exception is thrown no more.
    func deliver(_ exception: UInt64, to handler: ExceptionHandler, in frame: Slots) {
        if handler.payloadSlot >= 0 {
            let header = unsafe heap.state.pointee.header(exception)
            let layout = heap.layout(UInt32(header.number))
            let source = unsafe heap.state.pointee.address(exception) + HeapException.payloadOffset
            // SAFETY: the translator made room in the frame for the tag's values.
            unsafe UnsafeMutableRawPointer(frame.from(Int(handler.payloadSlot)).base).copyMemory(
                from: source, byteCount: layout.byteCount - HeapException.payloadOffset)
        }
        if handler.referenceSlot >= 0 { frame[Int(handler.referenceSlot)] = exception }
        unsafe state.pointee.exception = 0
        pendingTrap = nil
        innerFrames = []
    }
}

/// Exceptions seen by the host.
extension Store {
    /// The exception that ended the last call, until the next call.
    package var thrownException: (tag: Tag, values: [Value])? {
        let exception = unsafe state.pointee.exception
        guard exception != 0, let tag = tag(of: exception) else { return nil }
        let payload = unsafe Slots(
            (heap.state.pointee.address(exception) + HeapException.payloadOffset)
                .assumingMemoryBound(to: UInt64.self))
        var position = 0
        let values = tag.parameters.map { type in
            defer { position += type.slotCount }
            return Value(type, at: payload.from(position))
        }
        return (tag, values)
    }

    /// Makes the trap by which a host function throws an exception to the guest that called it.
    ///
    /// - Throws: a host trap when the values are not the tag's; ``Trap/Reason/budgetExceeded(_:)``.
    package func exception(_ tag: Tag, _ values: [Value] = []) throws(Trap) -> Trap {
        let types = tag.parameters
        guard values.count == types.count,
            zip(values, types).allSatisfy({ $0.mayBe($1, in: self) })
        else { throw .host("the values of the exception are not its tag's") }
        keep(tag)
        var slots = [UInt64](repeating: 0, count: max(types.slotCount, 1))
        for value in values {
            if case .reference(let reference) = value { heap.workingRoots.append(reference.bits) }
        }
        defer { heap.workingRoots.removeAll() }
        var failure: Trap?
        unsafe slots.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = 0
            // SAFETY: there are as many slots as the types take.
            for value in values {
                value.write(to: unsafe Slots(base + position))
                position += value.slotCount
            }
            do throws(Trap) {
                try setException(tag, payload: unsafe Slots(base), at: nil)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return Trap(.uncaughtException(tag: tagName))
    }

    private func tag(of exception: UInt64) -> Tag? {
        // SAFETY: the exception holds the address of a tag that an instance or the store keeps.
        guard let opaque = unsafe UnsafeRawPointer(bitPattern: UInt(tagBits(of: exception))) else {
            return nil
        }
        return unsafe Unmanaged<Tag>.fromOpaque(opaque).takeUnretainedValue()
    }

    /// How to name the tag of the exception being thrown: by an export, else by its index.
    var tagName: String {
        let exception = unsafe state.pointee.exception
        guard exception != 0, let tag = tag(of: exception) else { return "an unknown tag" }
        for instance in instances {
            guard let index = instance.tags.firstIndex(where: { $0 === tag }) else { continue }
            let export = instance.module.module.exports.first {
                $0.kind == .tag && $0.index == index
            }
            return export.map { "tag \($0.name)" } ?? "tag \(index)"
        }
        return "a tag of the host"
    }
}
