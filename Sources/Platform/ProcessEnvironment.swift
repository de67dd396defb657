internal import CPlatform
import Glibc

/// This process's environment.
package enum ProcessEnvironment {
    /// The number of this process.
    package static var processIdentifier: Int32 { getpid() }

    /// The command line as the kernel gave it, the process's own name first. Swift's own is read from
    /// /proc, which takes longer, and which a keep in its sandbox does not have.
    package static var arguments: [String] {
        var list: [String] = []
        // SAFETY: the process's own arguments end with a zero and never change.
        while let text = unsafe martlet_argument(Int32(list.count)) {
            unsafe list.append(String(cString: text))
        }
        return list
    }

    /// The value of a variable, or `nil` when it is not set.
    package static func value(_ name: String) -> String? {
        // SAFETY: the text is copied at once; the runtime never changes the environment.
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }

    /// Ends this process, with what is in C's buffers written.
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}

/// Ends this process at once, with an exit code.
package func exitProcess(_ code: Int32) -> Never { _exit(code) }
