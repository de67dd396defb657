/// What a compiler is asked for beside the module: how the code differs between stores and machines.
package struct CompilationOptions: Hashable, Sendable {
    /// Function entries and loops look at ``ExecutionState/fuel``.
    package var isMetered = false
    /// NaN results of arithmetic become the canonical NaN.
    package var isDeterministic = false
    /// Calls are followed by a look at ``ExecutionState/exception``. Modules with tags need it.
    package var checksExceptions = false
    /// 32-bit memories have their full reservation, so that accesses need no check.
    package var guardedMemory = true
    /// What the code may use of the processor.
    package var features: CPUFeatures = .baseline

    package init() {}
}
