import ArgumentParser

/// How guests' code is run.
enum EngineChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Optimised code when the cache has it, else single-pass code; the interpreter on machines
    /// that are not x86-64.
    case auto
    case interpreter
    /// Code made in one walk over the module, at once.
    case singlePass = "single-pass"
    /// LLVM's code, compiled before the run unless the cache has it.
    case optimized
}
