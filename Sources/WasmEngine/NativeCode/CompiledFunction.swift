/// One function's machine code as a compiler hands it over, before it has an address.
package struct CompiledFunction: Sendable {
    /// Index in the module.
    package var index: UInt32
    /// Position-independent code; constants may follow it, aligned to 16 bytes.
    package var code: [UInt8]
    /// Where the standard convention enters, in bytes from the code's start.
    package var standardEntry: UInt32
    /// Where the compiler's own convention enters; nil when there is none.
    package var fastEntry: UInt32?
    /// Calls to functions of the same module.
    package var calls: [CodeRelocation]
    /// Instructions that may trap, by offset.
    package var traps: [TrapSite]
    /// Where the code is in the module, by offset.
    package var places: [CodeSite]

    package init(
        index: UInt32, code: [UInt8], standardEntry: UInt32 = 0, fastEntry: UInt32? = nil,
        calls: [CodeRelocation] = [], traps: [TrapSite] = [], places: [CodeSite] = []
    ) {
        self.index = index
        self.code = code
        self.standardEntry = standardEntry
        self.fastEntry = fastEntry
        self.calls = calls
        self.traps = traps
        self.places = places
    }
}

/// A 32-bit field, relative to its own end, that must name another function of the module.
package struct CodeRelocation: Hashable, Sendable, BitwiseCopyable {
    /// The field's offset in the function's code.
    package var offset: UInt32
    /// Index of the function in the module; not an import.
    package var function: UInt32
    /// Whether the compiler's own convention is meant.
    package var isFast: Bool

    package init(offset: UInt32, function: UInt32, isFast: Bool) {
        self.offset = offset
        self.function = function
        self.isFast = isFast
    }
}

/// An instruction that traps when it faults, and why it would.
package struct TrapSite: Hashable, Sendable, BitwiseCopyable {
    /// Of the instruction's first byte.
    package var offset: UInt32
    package var code: TrapCode
    /// Bytes of a memory access, 0 when unknown.
    package var width: UInt8

    package init(offset: UInt32, code: TrapCode, width: UInt8 = 0) {
        self.offset = offset
        self.code = code
        self.width = width
    }
}

/// From an offset in code on, up to the next site: where that is in the module's binary.
package struct CodeSite: Hashable, Sendable, BitwiseCopyable {
    package var offset: UInt32
    package var wasmOffset: UInt32

    /// The ``wasmOffset`` of code that belongs to no instruction: backtraces leave its frame out.
    package static let none = Int(UInt32.max)

    package init(offset: UInt32, wasmOffset: UInt32) {
        self.offset = offset
        self.wasmOffset = wasmOffset
    }
}
