internal import CPlatform

/// Landlock, the kernel's sandbox for files and sockets (`landlock(7)`).
package enum Landlock {
    /// The version of the interface that the kernel offers; 0 when it offers none.
    package static var interfaceVersion: Int { max(0, martlet_landlock_abi()) }
}
