package import Platform

/// What a store's guests may use, and how they are run. Every limit counts all instances of the
/// store together.
package struct EngineConfiguration: Sendable {
    /// Pages (64 KiB) of all memories.
    package var memoryPages: UInt64 = 1 << 20
    /// Elements of all tables.
    package var tableElements: UInt64 = 10_000_000
    /// The guest's stack, in bytes: frames of interpreted functions.
    package var stackBytes: Int = 8 << 20
    /// How often host functions may call back into guests, one inside the other.
    package var hostCallDepth: Int = 100
    package var instances: Int = 10_000
    /// Bytes of the heap of structures, arrays and exceptions.
    package var heapBytes: UInt64 = 1 << 30
    /// Units of work (about one an instruction) before ``Trap/Reason/outOfFuel``; nil: no limit.
    package var fuel: UInt64?
    /// Monotonic clock reading in nanoseconds after which guests end; nil: no limit.
    package var deadlineNanoseconds: UInt64?
    /// What ends guests together with the host functions that wait for it; looked at wherever the
    /// deadline is. ``InterruptHandle`` is the engine's own, for hosts without such functions.
    package var interruption: Interruption?
    /// Whether ``Store/interruptHandle`` can end a running guest. Fuel and deadline imply it.
    package var isInterruptible = false
    /// NaN results of arithmetic become the canonical NaN, so that results do not depend on the
    /// processor or the tier.
    package var isDeterministic = false

    /// Modules with a code image run as machine code; everything else is interpreted.
    package var runsMachineCode = false

    package init() {}

    /// Whether code must look at its budget on calls and loops.
    var isMetered: Bool { fuel != nil || deadlineNanoseconds != nil || isInterruptible }
}
