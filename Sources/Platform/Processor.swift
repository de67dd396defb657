internal import Glibc
internal import CPlatform

/// The processor that this process runs on.
package enum Processor {
    /// Whether it has what the engine is compiled for (on x86-64: SSE4.2).
    package static var isSupported: Bool { martlet_processor_is_supported() != 0 }

    /// How many processors run threads now.
    package static var onlineCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
