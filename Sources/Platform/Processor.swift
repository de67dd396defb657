internal import CPlatform

/// The processor that this process runs on.
package enum Processor {
    /// Whether it has what the engine is compiled for (on x86-64: SSE4.2).
    package static var isSupported: Bool { martlet_processor_is_supported() != 0 }

    /// On how many processors this thread may run: those that its affinity (sched_setaffinity(2), a
    /// container's set of processors) leaves it.
    package static var availableCount: Int { martlet_processor_count() }
}
