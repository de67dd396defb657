import ArgumentParser

/// How guests' code is run.
enum EngineChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The fastest that this machine and build have.
    case auto
    case interpreter
    /// LLVM's code, compiled before the run unless the cache has it.
    case optimized
}
