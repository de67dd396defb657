internal import CPlatform

/// Roots on the stack of machine code: whatever looks like a reference there.
extension Heap {
    /// Marks the object that bits refer to when they are its handle, its address, or either of a
    /// place inside it: compilers keep what they need next.
    fileprivate func markConservatively(_ bits: UInt64) {
        markInside(bits)
        markInside(bits &- UInt64(UInt(bitPattern: unsafe state.pointee.base)))
    }

    private func markInside(_ bits: UInt64) {
        let number = Int(truncatingIfNeeded: bits >> UInt64(SizeClass.blockShift))
        guard number > 0, number < blocks.count else { return }
        let start = UInt64(number) << UInt64(SizeClass.blockShift)
        switch blocks[number].kind {
        case .free: return
        case .large: mark(start)
        case .cells:
            let size = UInt64(blocks[number].length)
            mark(start + (bits - start) / size * size)
        case .continuation:
            var first = number
            while first > 1, blocks[first].kind == .continuation { first -= 1 }
            mark(UInt64(first) << UInt64(SizeClass.blockShift))
        }
    }

    /// Marks from everything on a stack of machine code.
    func markStack(of native: NativeRuntime) {
        if native.depth == 0 { return }
        let roots = StackRoots(heap: self, native: native)
        unsafe martlet_native_with_registers(
            { low, argument in
                guard let argument = unsafe argument else { return }
                // SAFETY: the object below lives as long as this call.
                let roots = unsafe Unmanaged<StackRoots>.fromOpaque(argument).takeUnretainedValue()
                roots.mark(from: low)
            }, Unmanaged.passUnretained(roots).toOpaque())
        withExtendedLifetime(roots) {}
    }
}

/// A stack to be marked from.
private final class StackRoots {
    private let heap: Heap
    private let native: NativeRuntime

    init(heap: Heap, native: NativeRuntime) {
        self.heap = heap
        self.native = native
    }

    /// Marks from an address of the running function's stack to the end of the guests'.
    func mark(from low: UInt) {
        guard native.isOnStack(low) else { return }
        var address = low & ~7
        while address < native.stackTop {
            // SAFETY: the range is this thread's stack, whose words are read and nothing else.
            if let word = unsafe UnsafePointer<UInt64>(bitPattern: address) {
                unsafe heap.markConservatively(word.pointee)
            }
            address += 8
        }
    }
}
